//! What changes from one run of a loop's body to the next.

use crate::Scalar;

/// What the body of a loop gets for a row: an `S`, a `&'r [S]`, or a tuple of these. (`Implied` is never given: it tells the
/// compiler that the numbers outlive `'r`.)
pub trait RowOf<'r, S, Implied = &'r S> {
    /// The row.
    type Row;
}

/// The row of `X`.
pub type Row<'r, X, S> = <X as RowOf<'r, S>>::Row;

/// The rows that a loop runs over: numbers of the program ([`each`], [`chunks`], [`windows`]), data ([`data`],
/// [`data_rows`]), or up to four of these side by side, as a tuple.
pub trait Rows<S: Scalar>: for<'r> RowOf<'r, S> {
    /// Room for a row that has to be made.
    type Buffer: Default;

    /// How many rows there are.
    fn count(&self) -> usize;

    /// A row; it may be made in the buffer.
    fn row<'r>(&'r self, index: usize, buffer: &'r mut Self::Buffer) -> Row<'r, Self, S>;

    /// Describes the rows: each strip has a part of every row.
    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>));

    /// A row from its parts, one for each strip.
    fn bind<'r>(parts: &mut dyn Iterator<Item = &'r [S]>) -> Row<'r, Self, S>;
}

/// Rows that lie in one array: row `i` is the `width` numbers from `i·step` on.
#[derive(Clone, Copy, Debug)]
pub enum Strip<'a, S: Scalar> {
    /// Numbers of the program.
    Values {
        /// The array.
        values: &'a [S],
        /// Numbers in a row.
        width: usize,
        /// From one row to the next.
        step: usize,
    },
    /// Data, which no derivative is taken by.
    Data {
        /// The array.
        values: &'a [S::Real],
        /// Numbers in a row.
        width: usize,
    },
}

/// See [`each`].
#[derive(Clone, Copy, Debug)]
pub struct Each<'a, S>(&'a [S]);

/// See [`chunks`] and [`windows`].
#[derive(Clone, Copy, Debug)]
pub struct Slices<'a, S> {
    values: &'a [S],
    width: usize,
    step: usize,
}

/// See [`data`].
#[derive(Clone, Copy, Debug)]
pub struct Data<'a, R>(&'a [R]);

/// See [`data_rows`].
#[derive(Clone, Copy, Debug)]
pub struct DataRows<'a, R> {
    values: &'a [R],
    width: usize,
}

/// Each number is a row: the body gets an `S`.
pub fn each<S>(values: &[S]) -> Each<'_, S> {
    Each(values)
}

/// Rows of `width` numbers, one behind the other: the body gets a `&[S]`.
///
/// # Panics
/// If `width` is 0 or the number of values is no multiple of it.
pub fn chunks<S>(values: &[S], width: usize) -> Slices<'_, S> {
    check_rows(values.len(), width);
    Slices { values, width, step: width }
}

/// Every `width` neighbours are a row, as with [`slice::windows`]: the body gets a `&[S]`.
///
/// # Panics
/// If `width` is 0.
pub fn windows<S>(values: &[S], width: usize) -> Slices<'_, S> {
    assert!(width > 0, "windows: expected a positive width, found 0");
    Slices { values, width, step: 1 }
}

/// Each datum is a row: the body gets an `S` without derivative.
pub fn data<R>(values: &[R]) -> Data<'_, R> {
    Data(values)
}

/// Rows of `width` data, one behind the other: the body gets a `&[S]` without derivatives.
///
/// # Panics
/// If `width` is 0 or the number of values is no multiple of it.
pub fn data_rows<R>(values: &[R], width: usize) -> DataRows<'_, R> {
    check_rows(values.len(), width);
    DataRows { values, width }
}

fn check_rows(len: usize, width: usize) {
    assert!(width > 0 && len.is_multiple_of(width), "expected rows of {width} numbers, found {len} numbers");
}

impl<'r, S: Scalar> RowOf<'r, S> for Each<'_, S> {
    type Row = S;
}

impl<S: Scalar> Rows<S> for Each<'_, S> {
    type Buffer = ();

    #[inline]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn row<'r>(&'r self, index: usize, (): &'r mut ()) -> S {
        self.0[index]
    }

    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>)) {
        take(Strip::Values { values: self.0, width: 1, step: 1 });
    }

    fn bind(parts: &mut dyn Iterator<Item = &[S]>) -> S {
        only(parts)
    }
}

impl<'r, S: Scalar> RowOf<'r, S> for Slices<'_, S> {
    type Row = &'r [S];
}

impl<S: Scalar> Rows<S> for Slices<'_, S> {
    type Buffer = ();

    #[inline]
    fn count(&self) -> usize {
        self.values.len().checked_sub(self.width).map_or(0, |last| last / self.step + 1)
    }

    #[inline]
    fn row<'r>(&'r self, index: usize, (): &'r mut ()) -> &'r [S] {
        &self.values[index * self.step..][..self.width]
    }

    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>)) {
        take(Strip::Values { values: self.values, width: self.width, step: self.step });
    }

    fn bind<'r>(parts: &mut dyn Iterator<Item = &'r [S]>) -> &'r [S] {
        parts.next().unwrap_or_default()
    }
}

impl<'r, S: Scalar> RowOf<'r, S> for Data<'_, S::Real> {
    type Row = S;
}

impl<S: Scalar> Rows<S> for Data<'_, S::Real> {
    type Buffer = ();

    #[inline]
    fn count(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn row<'r>(&'r self, index: usize, (): &'r mut ()) -> S {
        S::constant(self.0[index])
    }

    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>)) {
        take(Strip::Data { values: self.0, width: 1 });
    }

    fn bind(parts: &mut dyn Iterator<Item = &[S]>) -> S {
        only(parts)
    }
}

impl<'r, S: Scalar> RowOf<'r, S> for DataRows<'_, S::Real> {
    type Row = &'r [S];
}

impl<S: Scalar> Rows<S> for DataRows<'_, S::Real> {
    type Buffer = Vec<S>;

    #[inline]
    fn count(&self) -> usize {
        self.values.len() / self.width
    }

    #[inline]
    fn row<'r>(&'r self, index: usize, buffer: &'r mut Vec<S>) -> &'r [S] {
        let row = &self.values[index * self.width..][..self.width];
        buffer.clear();
        buffer.extend(row.iter().map(|&datum| S::constant(datum)));
        buffer
    }

    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>)) {
        take(Strip::Data { values: self.values, width: self.width });
    }

    fn bind<'r>(parts: &mut dyn Iterator<Item = &'r [S]>) -> &'r [S] {
        parts.next().unwrap_or_default()
    }
}

/// The one number of a part.
fn only<S: Scalar>(parts: &mut dyn Iterator<Item = &[S]>) -> S {
    parts.next().and_then(<[S]>::first).copied().unwrap_or_else(S::nan)
}

macro_rules! impl_side_by_side {
    ($($Part:ident $index:tt),+) => {
        impl<'r, S: Scalar, $($Part: Rows<S>),+> RowOf<'r, S> for ($($Part,)+) {
            type Row = ($(Row<'r, $Part, S>,)+);
        }

        impl<S: Scalar, $($Part: Rows<S>),+> Rows<S> for ($($Part,)+) {
            type Buffer = ($($Part::Buffer,)+);

            /// # Panics
            /// If the parts have different numbers of rows.
            #[inline]
            fn count(&self) -> usize {
                let counts = [$(self.$index.count()),+];
                assert!(counts.iter().all(|&count| count == counts[0]), "expected as many rows in each part, found {counts:?}");
                counts[0]
            }

            #[inline]
            fn row<'r>(&'r self, index: usize, buffer: &'r mut Self::Buffer) -> Row<'r, Self, S> {
                ($(self.$index.row(index, &mut buffer.$index),)+)
            }

            fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, S>)) {
                $(self.$index.strips(take);)+
            }

            fn bind<'r>(parts: &mut dyn Iterator<Item = &'r [S]>) -> Row<'r, Self, S> {
                ($($Part::bind(parts),)+)
            }
        }
    };
}

impl_side_by_side!(A 0, B 1);
impl_side_by_side!(A 0, B 1, C 2);
impl_side_by_side!(A 0, B 1, C 2, D 3);

//! What eigenvalues and singular values have in common: lists of values that lie apart, or do not.

use anygrad_core::arrays::Array;
use anygrad_core::{Real, Scalar};

use super::{AddSpread, Map, ScaleSpread, Spread, Sum, apply, difference, impl_detached, sum};

/// The mean over equal values, as an `n×n` matrix: what multiplies the derivatives of `n` values in order. No derivative flows
/// through.
///
/// A value that is repeated `k` times has no derivative of its own, but the mean of the `k` has: equal values share it equally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// The number of values.
    pub n: usize,
    /// Whether a value is an absolute one, and has derivative 0 where it is 0.
    pub absolute: bool,
}

/// 1 on the diagonal of an `n×n` matrix, otherwise 0 where two of `n` values lie apart, and NaN where they do not; of absolute
/// values also NaN on the diagonal where one does not lie apart from 0. No derivative flows through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The number of values.
    pub n: usize,
    /// The size of the matrix that they belong to: what lies closer than that many roundings of the greatest does not lie apart.
    pub size: usize,
    /// Whether the values are absolute ones.
    pub absolute: bool,
}

impl Shares {
    fn compute<R: Real>(self, values: &[R], shares: &mut [R]) {
        let equal = |a: R, b: R| a == b && !(self.absolute && a.is_zero());
        for (&value, row) in values.iter().zip(shares.chunks_exact_mut(self.n.max(1))) {
            let count = values.iter().filter(|&&other| equal(value, other)).count();
            let share = R::one() / R::from_usize(count.max(1)).unwrap_or_else(R::nan);
            for (entry, &other) in row.iter_mut().zip(values) {
                if equal(value, other) {
                    *entry = share;
                }
            }
        }
    }
}

impl Apart {
    /// What is asked of the values, in words.
    pub(crate) fn expected(self) -> &'static str {
        if self.absolute {
            "singular values apart from each other and from 0"
        } else {
            "eigenvalues apart from each other"
        }
    }

    fn compute<R: Real>(self, values: &[R], mask: &mut [R]) {
        let greatest = values.iter().fold(R::zero(), |greatest, value| greatest.max(value.abs()));
        let resolution = greatest * R::epsilon() * R::from_usize(self.size).unwrap_or_else(R::nan);
        for (i, row) in mask.chunks_exact_mut(self.n.max(1)).enumerate() {
            for (j, (entry, &value)) in row.iter_mut().zip(values).enumerate() {
                let (distance, apart) = match (i == j, self.absolute) {
                    (true, false) => (R::infinity(), R::one()),
                    (true, true) => (value, R::one()),
                    (false, _) => ((value - values[i]).abs(), R::zero()),
                };
                *entry = if distance > resolution { apart } else { R::nan() };
            }
        }
    }
}

impl_detached!(Shares, "shares", |this| len this.n * this.n, operand this.n);
impl_detached!(Apart, "apart", |this| len this.n * this.n, operand this.n);

/// `1/(λⱼ − λᵢ)` in row `i` and column `j`, 1 on the diagonal, NaN where the two do not lie apart.
pub(crate) fn reciprocal_gaps<T: Scalar>(values: &T::Array, apart: Apart) -> T::Array {
    let n = values.len();
    let (along, down) = directions(n, n);
    let gaps = difference::<T>(&apply::<T>(Spread(along), values), &apply::<T>(Spread(down), values));
    let mask = apply::<T>(apart, values);
    reciprocal::<T>(&sum::<T>(&gaps, &mask))
}

/// `1/(σᵢ + σⱼ)` in row `i` and column `j`, and something finite on the diagonal.
pub(crate) fn reciprocal_sums<T: Scalar>(values: &T::Array) -> T::Array {
    let n = values.len();
    let (along, down) = directions(n, n);
    let sums = T::block(AddSpread(along), &[&apply::<T>(Spread(down), values), values]);
    let ones = T::Array::collect(n * n, |index| if index % (n + 1) == 0 { T::one() } else { T::zero() });
    reciprocal::<T>(&sum::<T>(&sums, &ones))
}

/// The columns of an `m×k` matrix, each times one of `k` numbers.
pub(crate) fn scale_columns<T: Scalar>(matrix: &T::Array, by: &T::Array) -> T::Array {
    let k = by.len();
    let along = Sum { outer: 1, axis: matrix.len().checked_div(k).unwrap_or(0), inner: k };
    T::block(ScaleSpread(along), &[matrix, by])
}

/// A row of `k` numbers repeated in an `n×k` matrix, and a column of `n` in the same.
fn directions(n: usize, k: usize) -> (Sum, Sum) {
    (Sum { outer: 1, axis: n, inner: k }, Sum { outer: n, axis: k, inner: 1 })
}

/// `1/x` of each element.
pub(crate) fn reciprocal<T: Scalar>(x: &T::Array) -> T::Array {
    apply::<T>(Map { gate: anygrad_core::gates::Recip, len: x.len() }, x)
}

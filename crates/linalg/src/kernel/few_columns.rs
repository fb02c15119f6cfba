//! Products with few columns, which a kernel for many would fill up with zeros.

use pulp::{Arch, Simd, WithSimd};

/// Whether the kernel is for `n` sums of `k` numbers a row: a few, and not too short for registers of several numbers.
pub(super) fn is_for_few(k: usize, n: usize) -> bool {
    matches!(n, 1..=4) && k >= 16
}

/// `out = a·bᵀ` for `a` with rows of `k` numbers and a `b` of `n` such rows, where it [is for so few](is_for_few).
pub(super) fn few_columns<T: Lanes>(a: &[T], b: &[T], out: &mut [T], [k, n]: [usize; 2]) {
    match n {
        1 => T::products::<1, 4>(a, b, out, k),
        2 => T::products::<2, 4>(a, b, out, k),
        3 => T::products::<3, 4>(a, b, out, k),
        _ => T::products::<4, 2>(a, b, out, k),
    }
}

/// Floats that registers hold several of.
pub(super) trait Lanes: Sized {
    /// The same for a number of columns that the compiler knows, with `M` rows at once: their sums leave some of 16 registers to
    /// the columns.
    fn products<const N: usize, const M: usize>(a: &[Self], b: &[Self], out: &mut [Self], k: usize);
}

/// For so many rows the columns are put side by side first, where registers begin: reading one that lies across two lines of the
/// cache counts as two, and where arrays begin is chance.
const MANY: usize = 16;

struct Products<'a, T, const N: usize, const M: usize> {
    a: &'a [T],
    b: &'a [T],
    out: &'a mut [T],
    k: usize,
}

macro_rules! impl_lanes {
    ($float:ident, $lanes:ident, $split:ident, $splat:ident, $mul_add:ident, $sum:ident) => {
        impl Lanes for $float {
            fn products<const N: usize, const M: usize>(a: &[Self], b: &[Self], out: &mut [Self], k: usize) {
                Arch::new().dispatch(Products::<_, N, M> { a, b, out, k });
            }
        }

        impl<const N: usize, const M: usize> WithSimd for Products<'_, $float, N, M> {
            type Output = ();

            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                let columns: [_; N] = std::array::from_fn(|j| S::$split(&self.b[j * self.k..][..self.k]));
                let place = |at: usize| columns.map(|column| column.0[at]);
                let rests = columns.map(|column| column.1);
                if self.a.len() < MANY * self.k {
                    self.by_rows(simd, place, rests);
                } else {
                    let beside: Vec<_> = (0..columns[0].0.len()).map(place).collect();
                    self.by_rows(simd, |at| beside[at], rests);
                }
            }
        }

        impl<const N: usize, const M: usize> Products<'_, $float, N, M> {
            #[inline(always)]
            fn by_rows<S: Simd>(self, simd: S, columns: impl Fn(usize) -> [S::$lanes; N], rests: [&[$float]; N]) {
                let Self { a, out, k, .. } = self;
                let (blocks, rest) = out.as_chunks_mut::<N>().0.as_chunks_mut::<M>();
                let (of_blocks, of_rest) = a.split_at(blocks.len() * M * k);
                for (rows, out) in of_blocks.chunks_exact(M * k).zip(blocks) {
                    Self::rows(simd, std::array::from_fn(|i| &rows[i * k..][..k]), &columns, rests, out);
                }
                for (row, out) in of_rest.chunks_exact(k).zip(rest) {
                    Self::rows(simd, [row], &columns, rests, std::array::from_mut(out));
                }
            }

            /// Some rows with all columns: each number of a row and of a column is read once for them all.
            #[inline(always)]
            fn rows<S: Simd, const P: usize>(
                simd: S,
                rows: [&[$float]; P],
                columns: &impl Fn(usize) -> [S::$lanes; N],
                rests: [&[$float]; N],
                out: &mut [[$float; N]; P],
            ) {
                let rows = rows.map(|row| S::$split(row));
                let mut sums = [[simd.$splat(0.0); N]; P];
                for at in 0..rows[0].0.len() {
                    let column = columns(at);
                    for ((row, _), sums) in rows.iter().zip(&mut sums) {
                        for (sum, column) in sums.iter_mut().zip(column) {
                            *sum = simd.$mul_add(row[at], column, *sum);
                        }
                    }
                }
                for (((_, rest), sums), out) in rows.iter().zip(sums).zip(out) {
                    for ((y, sum), column) in out.iter_mut().zip(sums).zip(rests) {
                        *y = rest.iter().zip(column).fold(simd.$sum(sum), |sum, (x, y)| sum + x * y);
                    }
                }
            }
        }
    };
}

impl_lanes!(f64, f64s, as_simd_f64s, splat_f64s, mul_add_f64s, reduce_sum_f64s);
impl_lanes!(f32, f32s, as_simd_f32s, splat_f32s, mul_add_f32s, reduce_sum_f32s);

//! Products with few columns, which a kernel for many would fill up with zeros.

use pulp::{Arch, Simd, WithSimd};

/// The most columns, and the shortest sums, that this is for.
pub(super) const COLUMNS: usize = 4;
pub(super) const LENGTH: usize = 16;

/// Floats that registers hold several of.
pub(super) trait Lanes: Sized {
    /// `out = a·bᵀ` for `a` with rows of `k` numbers and a `b` of `N` such rows.
    fn products<const N: usize>(a: &[Self], b: &[Self], out: &mut [Self], k: usize);
}

struct Products<'a, T, const N: usize> {
    a: &'a [T],
    b: &'a [T],
    out: &'a mut [T],
    k: usize,
}

macro_rules! impl_lanes {
    ($float:ident, $split:ident, $splat:ident, $mul_add:ident, $sum:ident) => {
        impl Lanes for $float {
            fn products<const N: usize>(a: &[Self], b: &[Self], out: &mut [Self], k: usize) {
                Arch::new().dispatch(Products::<_, N> { a, b, out, k });
            }
        }

        impl<const N: usize> WithSimd for Products<'_, $float, N> {
            type Output = ();

            // Each row is read once, and its sums with all columns are made side by side.
            #[inline(always)]
            fn with_simd<S: Simd>(self, simd: S) {
                let Self { a, b, out, k } = self;
                let columns: [_; N] = std::array::from_fn(|j| S::$split(&b[j * k..][..k]));
                for (row, out) in a.chunks_exact(k).zip(out.as_chunks_mut::<N>().0) {
                    let (row, rest) = S::$split(row);
                    let mut sums = [simd.$splat(0.0); N];
                    for (at, &x) in row.iter().enumerate() {
                        for (sum, column) in sums.iter_mut().zip(&columns) {
                            *sum = simd.$mul_add(x, column.0[at], *sum);
                        }
                    }
                    for ((y, sum), column) in out.iter_mut().zip(sums).zip(&columns) {
                        *y = rest.iter().zip(column.1).fold(simd.$sum(sum), |sum, (x, y)| sum + x * y);
                    }
                }
            }
        }
    };
}

impl_lanes!(f64, as_simd_f64s, splat_f64s, mul_add_f64s, reduce_sum_f64s);
impl_lanes!(f32, as_simd_f32s, splat_f32s, mul_add_f32s, reduce_sum_f32s);

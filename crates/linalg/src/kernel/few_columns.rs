//! Products with few columns, which a kernel for many would fill up with zeros.

use pulp::{Arch, Simd, WithSimd};

/// Whether the kernel is for `n` sums of `k` numbers a row: a few, and not too short for registers of several numbers.
pub(super) fn is_for_few(k: usize, n: usize) -> bool {
    matches!(n, 1..=4) && k >= 16
}

/// `out = a·bᵀ` for `a` with rows of `k` numbers and a `b` of `n` such rows, where it [is for so few](is_for_few).
pub(super) fn few_columns<T: Lanes>(a: &[T], b: &[T], out: &mut [T], [k, n]: [usize; 2]) {
    match n {
        1 => T::products::<1>(a, b, out, k),
        2 => T::products::<2>(a, b, out, k),
        3 => T::products::<3>(a, b, out, k),
        _ => T::products::<4>(a, b, out, k),
    }
}

/// Floats that registers hold several of.
pub(super) trait Lanes: Sized {
    /// The same for a number of rows that the compiler knows.
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

//! The sum and the greatest number of each window of images, channel by channel.

use anygrad_core::arrays::{At, Block};
use anygrad_core::{Real, Scalar, gates};

use super::extreme::{greater, is_most};
use super::sum::add;
use super::{Windows, impl_linear};

/// The sum of each window, in which padding counts as zeros. The adjoint is [`PoolSpread`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSum(pub Windows);

/// Adds a number to all that its window covers. The adjoint is [`PoolSum`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolSpread(pub Windows);

/// The greatest number `yₚ` of each window `p`, of what it covers of the image; NaN if one is. Equal greatest numbers share the
/// derivative equally: `ẏ` is [`PoolPick`] of `ẋ`, `x̄` is [`PoolShare`] of `ȳ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolMax(pub Windows);

/// The mean of those numbers of each window whose place is one of the greatest of another array `x`; by `x`, and by the greatest
/// numbers. The adjoint is [`PoolShare`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolPick(pub Windows);

/// A number of each window in equal shares to the places of the greatest numbers of another array `x`; by `x`, and by the greatest
/// numbers. The adjoint is [`PoolPick`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolShare(pub Windows);

impl PoolSum {
    fn compute<R: Real>(self, args: &[&[R]], results: &mut [R]) {
        let (pixels, n) = (args[0], self.0.count);
        self.0.cells(|result, pixel| add(&mut results[result..result + n], &pixels[pixel..pixel + n]));
    }
}

impl PoolSpread {
    fn compute<R: Real>(self, args: &[&[R]], pixels: &mut [R]) {
        let (results, n) = (args[0], self.0.count);
        self.0.cells(|result, pixel| add(&mut pixels[pixel..pixel + n], &results[result..result + n]));
    }
}

impl_linear!(PoolSum, "pool sum", |this| len this.0.results(), operand this.0.pixels(), adjoint PoolSpread(this.0));
impl_linear!(PoolSpread, "pool spread", |this| len this.0.pixels(), operand this.0.results(), adjoint PoolSum(this.0));

/// How often the greatest number of each window occurs in it.
fn occurrences<R: Real>(windows: Windows, pixels: &[R], most: &[R]) -> Vec<R> {
    let (mut occurrences, n) = (vec![R::zero(); most.len()], windows.count);
    windows.cells(|result, pixel| {
        let found = pixels[pixel..pixel + n].iter().zip(&most[result..result + n]);
        occurrences[result..result + n].iter_mut().zip(found).for_each(|(count, (&x, &most))| {
            *count += if is_most(x, most) { R::one() } else { R::zero() };
        });
    });
    occurrences
}

impl PoolPick {
    fn compute<R: Real>(self, args: &[&[R]], results: &mut [R]) {
        let (&[change, pixels, most], n) = (args, self.0.count) else {
            return;
        };
        self.0.cells(|result, pixel| {
            let numbers = pixels[pixel..pixel + n].iter().zip(&change[pixel..pixel + n]).zip(&most[result..result + n]);
            results[result..result + n].iter_mut().zip(numbers).for_each(|(y, ((&x, &change), &most))| {
                *y = if is_most(x, most) { y.binary(gates::Add, change) } else { *y };
            });
        });
        let occurrences = occurrences(self.0, pixels, most);
        results.iter_mut().zip(occurrences).for_each(|(y, count)| *y = y.binary(gates::Div, count));
    }
}

impl PoolShare {
    fn compute<R: Real>(self, args: &[&[R]], shares: &mut [R]) {
        let (&[results, pixels, most], n) = (args, self.0.count) else {
            return;
        };
        let mut share = occurrences(self.0, pixels, most);
        share.iter_mut().zip(results).for_each(|(share, &y)| *share = y.binary(gates::Div, *share));
        self.0.cells(|result, pixel| {
            let numbers =
                pixels[pixel..pixel + n].iter().zip(&most[result..result + n]).zip(&share[result..result + n]);
            shares[pixel..pixel + n].iter_mut().zip(numbers).for_each(|(sum, ((&x, &most), &share))| {
                *sum = if is_most(x, most) { sum.binary(gates::Add, share) } else { *sum };
            });
        });
    }
}

impl_linear!(
    PoolPick, "pool pick", |this| len this.0.results(), operand this.0.pixels(),
    by this.0.pixels(), by this.0.results(), adjoint PoolShare(this.0)
);
impl_linear!(
    PoolShare, "pool share", |this| len this.0.pixels(), operand this.0.results(),
    by this.0.pixels(), by this.0.results(), adjoint PoolPick(this.0)
);

impl<R: Real> Block<R> for PoolMax {
    fn name(self) -> &'static str {
        "pool max"
    }

    fn size(self) -> usize {
        self.0.results()
    }

    fn operand(self, index: usize) -> Option<usize> {
        (index == 0).then_some(self.0.pixels())
    }

    fn value(self, args: &[&[R]], results: &mut [R]) {
        let (pixels, n) = (args[0], self.0.count);
        results.fill(R::neg_infinity());
        self.0.cells(|result, pixel| {
            let numbers = pixels[pixel..pixel + n].iter();
            results[result..result + n].iter_mut().zip(numbers).for_each(|(most, &x)| *most = greater(*most, x));
        });
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        tangents[0].map(|tangent| T::block(PoolPick(self.0), &[tangent, at.args[0], at.y]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        add(0, T::block(PoolShare(self.0), &[adjoint, at.args[0], at.y]));
    }
}

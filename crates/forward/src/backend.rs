//! The backend: pushforwards, and gradients and Jacobians in chunks of tangents.

use anygrad_core::{
    Arguments, Backend, Dense, Differentiable, Error, First, In, Leaf, Mode, Out, Scalar, Tree, single_output,
};

use crate::dual::{Dual, DualNumber, Plain};
use crate::lanes::{Every, Lanes, Seeded};
use crate::walks::{Along, Chunk, Inputs};

/// Forward mode with `N` tangents at once.
///
/// A gradient or a Jacobian of `n` inputs takes `⌈n/N⌉` evaluations of the function over [`Dual<T, N>`](Dual). Each lane
/// computes what it would compute alone, so the chunk size changes no bit of the result.
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_forward::Forward;
///
/// struct Product;
/// impl Differentiable for Product {
///     type Input = [f64; 2];
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
///         *x * *y
///     }
/// }
///
/// assert_eq!(Forward::new().gradient(&Product, &[-2.0, 3.0]), Ok([3.0, -2.0]));
/// assert_eq!(Forward::with_chunk::<1>().gradient(&Product, &[-2.0, 3.0]), Ok([3.0, -2.0]));
/// ```
///
/// # Errors
/// [`Error::InvalidConfig`] from every gradient or Jacobian of a chunk of 0 or more than 64 tangents.
#[derive(Clone, Copy, Debug)]
pub struct Forward<const N: usize = 8>(());

impl Forward {
    /// The default chunk of 8 tangents.
    pub const fn new() -> Self {
        Self(())
    }

    /// Chunks of `N` tangents, 1 to 64.
    pub const fn with_chunk<const N: usize>() -> Forward<N> {
        Forward(())
    }
}

impl Default for Forward {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Forward<N> {
    fn check_chunk() -> Result<(), Error> {
        if (1..=64).contains(&N) {
            Ok(())
        } else {
            Err(Error::InvalidConfig { field: "chunk", expected: "1 to 64 tangents", found: N.to_string() })
        }
    }

    /// Runs the function once a chunk of the first `n` inputs and hands each output's tangents to `take(first input, inputs,
    /// outputs)`. The inputs after these are constants.
    #[inline]
    fn sweep<F, T>(
        f: &F,
        x: &In<F, T>,
        n: usize,
        mut take: impl FnMut(usize, usize, &Out<F, Plain<T, N>>),
    ) -> Result<(), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        Self::check_chunk()?;
        if knows_constants::<T>() {
            for first in (0..n.max(1)).step_by(N) {
                let y = f.try_call::<Dual<T, N>>(&seeded::<F, T, N, Seeded>(x, first, n))?;
                take(first, N.min(n - first), &plain::<F, T, N>(&y));
            }
            return Ok(());
        }
        let mut inputs = seeded::<F, T, N, Every>(x, 0, n);
        let mut first = 0;
        loop {
            let mut y = f.try_call::<Plain<T, N>>(&inputs)?;
            if may_have_nan::<F, T, N>(&y) {
                y = exact::<F, T, N>(move || f.try_call::<Dual<T, N>>(&seeded::<F, T, N, Seeded>(x, first, n)))?;
            }
            take(first, N.min(n - first), &y);
            first += N;
            if first >= n {
                return Ok(());
            }
            seed::<F, T, N, Every>(&mut inputs, first, n);
        }
    }

    /// Value and gradient of a function with one output, over any scalar, by the inputs that the gradient has leaves for: the
    /// first ones.
    #[inline]
    fn gradient_to<F, X, T>(f: &F, x: &In<F, T>, gradient: &mut X::Of<T>) -> Result<T, Error>
    where
        F: Differentiable,
        X: Tree<Leaf = Leaf<F>>,
        T: Scalar<Real = Leaf<F>>,
    {
        let mut value = Ok(T::zero());
        let n = X::count::<T>(gradient);
        Self::sweep::<F, T>(f, x, n, |first, _, y| {
            value = single_output::<F, Plain<T, N>>(y).map(|y| {
                let mut lane = 0_usize.wrapping_sub(first);
                X::each_mut::<T>(gradient, &mut |slot| {
                    if lane < N {
                        *slot = y.tangent(lane);
                    }
                    lane = lane.wrapping_add(1);
                });
                y.primal
            });
        })?;
        value
    }
}

/// The inputs of a chunk of the first `n`: each of its `N` inputs has a lane.
#[inline]
fn seeded<F, T, const N: usize, L: Lanes>(x: &In<F, T>, first: usize, n: usize) -> In<F, DualNumber<T, N, L>>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    let mut inputs = F::Input::map_with::<T, DualNumber<T, N, L>>(x, &mut Inputs { left: n });
    seed::<F, T, N, L>(&mut inputs, first, n);
    inputs
}

/// Seeds the inputs of a chunk, where those of the chunk before it may be seeded.
#[inline]
fn seed<F, T, const N: usize, L: Lanes>(inputs: &mut In<F, DualNumber<T, N, L>>, first: usize, n: usize)
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    F::Input::visit_mut::<DualNumber<T, N, L>>(inputs, &mut Chunk::at(first, n));
}

/// Whether some tangent of the outputs may be NaN: then a lane that no input seeded may have met an infinite partial.
#[inline]
fn may_have_nan<F, T, const N: usize>(y: &Out<F, Plain<T, N>>) -> bool
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    let mut found = false;
    F::Output::each::<Plain<T, N>>(y, &mut |leaf| found |= leaf.may_have_nan_tangent());
    found
}

/// The outputs that `again` computes, with the lanes that no input seeded kept out of every product.
#[cold]
#[inline(never)]
fn exact<F, T, const N: usize>(
    again: impl FnOnce() -> Result<Out<F, Dual<T, N>>, Error>,
) -> Result<Out<F, Plain<T, N>>, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    Ok(plain::<F, T, N>(&again()?))
}

/// The same outputs, without what they know of their lanes.
#[inline]
fn plain<F, T, const N: usize>(y: &Out<F, Dual<T, N>>) -> Out<F, Plain<T, N>>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    F::Output::map::<Dual<T, N>, Plain<T, N>>(y, &mut Dual::into_plain)
}

/// Whether the base is a scalar that an outer backend records, and not its constants: each product with the zero of a lane that
/// no input seeded would be recorded as well. A look at the lanes is cheaper than that.
#[inline]
fn knows_constants<T: Scalar>() -> bool {
    size_of::<T>() > size_of::<T::Real>() && T::zero().is_constant()
}

/// Value and derivative along `dx` by duals with a look at their lanes as `L` has it.
#[inline]
fn along<F, T, L: Lanes>(f: &F, x: &In<F, T>, dx: &[T]) -> Result<Out<F, DualNumber<T, 1, L>>, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    f.try_call::<DualNumber<T, 1, L>>(&F::Input::map_with::<T, DualNumber<T, 1, L>>(x, &mut Along { dx }))
}

impl<const N: usize> Backend for Forward<N> {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "forward"
    }

    #[inline]
    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let mut tangents = Vec::new();
        F::Input::zip::<T, T>(x, dx, &mut |_, tangent| tangents.push(tangent)).map_err(|bad| bad.of("tangent"))?;
        let mut y = along::<F, T, Every>(f, x, &tangents)?;
        if may_have_nan::<F, T, 1>(&y) {
            y = exact::<F, T, 1>(|| along::<F, T, Seeded>(f, x, &tangents))?;
        }
        Ok((
            F::Output::map::<Plain<T, 1>, T>(&y, &mut |leaf| leaf.primal),
            F::Output::map::<Plain<T, 1>, T>(&y, &mut |leaf| leaf.tangent(0)),
        ))
    }

    #[inline]
    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let mut gradient = F::Input::map::<T, T>(x, &mut |_| T::zero());
        let value = Self::gradient_to::<F, F::Input, T>(f, x, &mut gradient)?;
        Ok((value, gradient))
    }

    #[inline]
    fn gradient_by_first<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, First<F, T>), Error>
    where
        F: Differentiable<Input: Arguments>,
        T: Scalar<Real = Leaf<F>>,
    {
        let first = <F::Input as Arguments>::first::<T>(x);
        let mut gradient = <F::Input as Arguments>::First::map::<T, T>(first, &mut |_| T::zero());
        let value = Self::gradient_to::<F, <F::Input as Arguments>::First, T>(f, x, &mut gradient)?;
        Ok((value, gradient))
    }

    #[inline]
    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("gradient buffer", x, gradient)?;
        Self::gradient_to::<F, F::Input, Leaf<F>>(f, x, gradient)
    }

    #[inline]
    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let n = F::Input::count::<Leaf<F>>(x);
        let mut value = None;
        Self::sweep::<F, Leaf<F>>(f, x, n, |first, width, y| {
            let value = value.get_or_insert_with(|| {
                jacobian.reset(F::Output::count::<Plain<Leaf<F>, N>>(y), n);
                F::Output::map::<Plain<Leaf<F>, N>, Leaf<F>>(y, &mut |leaf| leaf.primal)
            });
            let mut i = 0;
            debug_assert_eq!(F::Output::count::<Leaf<F>>(value), jacobian.shape().0);
            F::Output::each::<Plain<Leaf<F>, N>>(y, &mut |leaf| {
                for (lane, entry) in jacobian.row_mut(i)[first..first + width].iter_mut().enumerate() {
                    *entry = leaf.tangent(lane);
                }
                i += 1;
            });
        })?;
        value.ok_or(Error::DimensionMismatch { what: "output", expected: 1, found: 0 })
    }
}

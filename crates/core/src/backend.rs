//! `Backend`: supply a pushforward or a pullback, the rest is derived.

use num_traits::Zero;

use crate::nested::{Derivative, Gradient};
use crate::{Arguments, Dense, Differentiable, Error, First, In, Leaf, Out, Real, Scalar, Tree};

/// Which of the two primitives a backend supplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `dy = J·dx`, one direction of the inputs at a time: cheap for few inputs.
    Pushforward,
    /// `bx = Jᵀ·by`, one weighting of the outputs at a time: cheap for few outputs.
    Pullback,
}

/// A way to differentiate. The value is the workspace: cheap to make, one per thread, its buffers reused.
///
/// A backend supplies [`pushforward`](Self::pushforward) **or** [`pullback`](Self::pullback) over any base scalar and says
/// which in [`MODE`](Self::MODE); everything else follows and may be overridden for speed. (With neither, the two
/// defaults call each other without end.)
///
/// `n` is the number of inputs, `m` of outputs; costs are in evaluations of the function.
///
/// # Errors
/// [`Error::DimensionMismatch`] for a tangent, seed or buffer of the wrong shape, [`Error::NotScalar`] for a gradient or
/// Hessian of a function with other than one output, and what the backend itself adds. Without inputs the result is `Ok`
/// and empty. NaN and infinity are values, and propagate.
pub trait Backend: Clone {
    /// The primitive that the backend supplies.
    const MODE: Mode;

    /// The name that reports print.
    fn name(&self) -> &'static str;

    /// Value and directional derivative, `(y, dy = J·dx)`; a component of `dx` that is exactly 0 is inactive.
    ///
    /// Cost when derived: `m + 1` pullbacks.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if `dx` is not shaped as `x`.
    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        F::Input::check_shape::<T, T>("tangent", x, dx)?;
        let y = f.try_call::<T>(x)?;
        let mut dy = Vec::with_capacity(F::Output::count::<T>(&y));
        for i in 0..dy.capacity() {
            let (_, bx) = self.pullback::<F, T>(f, x, &unit::<F::Output, T, T>(&y, i))?;
            dy.push(inner_product::<F::Input, T>(dx, &bx)?);
        }
        let dy = F::Output::refill::<T, T>(&y, &mut dy.into_iter())?;
        Ok((y, dy))
    }

    /// Value and weighted sum of the outputs' gradients, `(y, bx = Jᵀ·by)`; a component of `by` that is exactly 0 is
    /// inactive.
    ///
    /// Cost when derived: `n` pushforwards.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if `by` is not shaped as the output.
    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let y = f.try_call::<T>(x)?;
        F::Output::check_shape::<T, T>("seed", &y, by)?;
        let mut bx = Vec::with_capacity(F::Input::count::<T>(x));
        for j in 0..bx.capacity() {
            let (_, dy) = self.pushforward::<F, T>(f, x, &unit::<F::Input, T, T>(x, j))?;
            bx.push(inner_product::<F::Output, T>(by, &dy)?);
        }
        let bx = F::Input::refill::<T, T>(x, &mut bx.into_iter())?;
        Ok((y, bx))
    }

    /// Value and gradient over any base scalar; what [`Gradient`] calls to make the gradient itself differentiable.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output.
    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let y = f.try_call::<T>(x)?;
        let value = single_output::<F, T>(&y)?;
        let (_, bx) = self.pullback::<F, T>(f, x, &unit::<F::Output, T, T>(&y, 0))?;
        Ok((value, bx))
    }

    /// Value and gradient by the first argument alone, `y = f(x, c …)` and `∂y/∂x`, over any base scalar; the other arguments
    /// are held.
    ///
    /// What is held is a constant of this level of nesting, but not of those outside of it. So an inner derivative may depend
    /// on what an outer backend differentiates by: pass it as a further argument of the inner function.
    ///
    /// ```
    /// use anygrad_core::{Backend, Differentiable, Error, Scalar};
    /// use anygrad_forward::Forward;
    ///
    /// /// `f(x, c) = c·x³`, with `∂f/∂x = 3c·x²`.
    /// struct Cubic;
    /// impl Differentiable for Cubic {
    ///     type Input = (f64, f64);
    ///     type Output = f64;
    ///     fn call<S: Scalar<Real = f64>>(&self, &(x, c): &(S, S)) -> S {
    ///         c * x * x * x
    ///     }
    /// }
    /// assert_eq!(Forward::new().gradient_by_first::<Cubic, f64>(&Cubic, &(2.0, 5.0)), Ok((40.0, 60.0)));
    ///
    /// /// `c ↦ ∂f/∂x` at `x = c`, `3c³`: the inner derivative is by `x`, the outer one, `9c²`, by `c`.
    /// struct Slope;
    /// impl Differentiable for Slope {
    ///     type Input = f64;
    ///     type Output = f64;
    ///     fn call<S: Scalar<Real = f64>>(&self, c: &S) -> S {
    ///         self.try_call::<S>(c).unwrap_or_else(|_| S::nan())
    ///     }
    ///     fn try_call<S: Scalar<Real = f64>>(&self, &c: &S) -> Result<S, Error> {
    ///         Ok(Forward::new().gradient_by_first::<Cubic, S>(&Cubic, &(c, c))?.1)
    ///     }
    /// }
    /// assert_eq!(Forward::new().derivative(&Slope, 2.0), Ok(36.0));
    /// ```
    ///
    /// Cost: that of [`gradient_over`](Self::gradient_over) for the inputs of the first argument; when derived, for all inputs.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output.
    fn gradient_by_first<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, First<F, T>), Error>
    where
        F: Differentiable<Input: Arguments>,
        T: Scalar<Real = Leaf<F>>,
    {
        let (value, gradient) = self.gradient_over::<F, T>(f, x)?;
        let first = <F::Input as Arguments>::first::<T>(&gradient);
        Ok((value, <F::Input as Arguments>::First::map::<T, T>(first, &mut |leaf| leaf)))
    }

    /// The derivative of a function of one number, `dy/dx`, shaped as its output. Cost: one pushforward.
    ///
    /// # Errors
    /// Those of the backend.
    fn derivative<R, F>(&mut self, f: &F, x: R) -> Result<F::Output, Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        Ok(self.pushforward::<F, R>(f, &x, &R::one())?.1)
    }

    /// The second derivative of a function of one number, shaped as its output: a pushforward of the pushforward.
    ///
    /// # Errors
    /// Those of the backend.
    fn second_derivative<R, F>(&mut self, f: &F, x: R) -> Result<F::Output, Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        let derivative = Derivative::new(f, self.clone());
        let second = self.derivative(&derivative, x);
        derivative.into_result(second)
    }

    /// The gradient `∂y/∂xⱼ` of a function with one output, shaped as its input.
    ///
    /// Cost: one pullback, or `n` pushforwards.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output.
    fn gradient<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<F::Input, Error> {
        Ok(self.value_and_gradient(f, x)?.1)
    }

    /// Value and [gradient](Self::gradient) together.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output.
    fn value_and_gradient<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error> {
        self.gradient_over::<F, Leaf<F>>(f, x)
    }

    /// As [`value_and_gradient`](Self::value_and_gradient), into a gradient of yours that has the input's shape.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output; [`Error::DimensionMismatch`] for the wrong shape,
    /// with the buffer as it was.
    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("gradient buffer", x, gradient)?;
        let (value, found) = self.value_and_gradient(f, x)?;
        *gradient = found;
        Ok(value)
    }

    /// The Jacobian, `m×n`, entry `(i, j) = ∂yᵢ/∂xⱼ`.
    ///
    /// Cost: `m` pullbacks or `n` pushforwards.
    ///
    /// # Errors
    /// Those of the backend.
    fn jacobian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        Ok(self.value_and_jacobian(f, x)?.1)
    }

    /// Value and [Jacobian](Self::jacobian) together.
    ///
    /// # Errors
    /// Those of the backend.
    fn value_and_jacobian<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
    ) -> Result<(F::Output, Dense<Leaf<F>>), Error> {
        let mut jacobian = Dense::default();
        let y = self.jacobian_into(f, x, &mut jacobian)?;
        Ok((y, jacobian))
    }

    /// As [`value_and_jacobian`](Self::value_and_jacobian), into a matrix of yours, which takes the shape `m×n`.
    ///
    /// # Errors
    /// Those of the backend.
    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let y = f.try_call::<Leaf<F>>(x)?;
        let (m, n) = (F::Output::count::<Leaf<F>>(&y), F::Input::count::<Leaf<F>>(x));
        jacobian.reset(m, n);
        match Self::MODE {
            Mode::Pushforward => {
                for j in 0..n {
                    let dx = unit::<F::Input, Leaf<F>, Leaf<F>>(x, j);
                    let (_, dy) = self.pushforward::<F, Leaf<F>>(f, x, &dx)?;
                    let mut i = 0;
                    F::Output::each::<Leaf<F>>(&dy, &mut |entry| {
                        jacobian[(i, j)] = entry;
                        i += 1;
                    });
                }
            }
            Mode::Pullback => {
                for i in 0..m {
                    let by = unit::<F::Output, Leaf<F>, Leaf<F>>(&y, i);
                    let (_, bx) = self.pullback::<F, Leaf<F>>(f, x, &by)?;
                    write_leaves::<F::Input>(&bx, jacobian.row_mut(i));
                }
            }
        }
        Ok(y)
    }

    /// The derivative along `v`, `J·v`, shaped as the output. Cost: one pushforward.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if `v` is not shaped as `x`.
    fn directional<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Output, Error> {
        Ok(self.pushforward::<F, Leaf<F>>(f, x, v)?.1)
    }

    /// The Hessian times a vector, `H·v`, shaped as the input, without forming `H`.
    ///
    /// Cost: the backend nested in itself: one pushforward or pullback of the gradient.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output; [`Error::DimensionMismatch`] if `v` is not shaped
    /// as `x`.
    fn hvp<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
        Ok(self.gradient_and_hvp(f, x, v)?.1)
    }

    /// The [gradient](Self::gradient) and the Hessian times a vector, [`H·v`](Self::hvp), together: no more work than the latter.
    ///
    /// # Errors
    /// As [`hvp`](Self::hvp).
    fn gradient_and_hvp<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("vector", x, v)?;
        let gradient = Gradient::new(f, self.clone());
        let product = match Self::MODE {
            Mode::Pushforward => self.pushforward::<_, Leaf<F>>(&gradient, x, v),
            Mode::Pullback => self.pullback::<_, Leaf<F>>(&gradient, x, v),
        };
        gradient.into_result(product)
    }

    /// The Hessian, `n×n`, entry `(i, j) = ∂²y/∂xᵢ∂xⱼ`: the Jacobian of the gradient.
    ///
    /// # Errors
    /// [`Error::NotScalar`] unless the function has exactly one output.
    fn hessian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        let gradient = Gradient::new(f, self.clone());
        let hessian = self.jacobian(&gradient, x);
        gradient.into_result(hessian)
    }
}

/// The tree shaped as `like` with a one at leaf `index` and zeros elsewhere: the seed of a row or a column.
pub fn unit<X: Tree, S, T>(like: &X::Of<S>, index: usize) -> X::Of<T>
where
    S: Scalar<Real = X::Leaf>,
    T: Scalar<Real = X::Leaf>,
{
    let mut leaf = 0;
    X::map::<S, T>(like, &mut |_| {
        let seed = if leaf == index { T::one() } else { T::zero() };
        leaf += 1;
        seed
    })
}

/// The value of a function's only output.
///
/// # Errors
/// [`Error::NotScalar`] if there are more outputs or none.
pub fn single_output<F, T>(y: &Out<F, T>) -> Result<T, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    let (mut outputs, mut value) = (0, T::zero());
    F::Output::each::<T>(y, &mut |leaf| {
        value = leaf;
        outputs += 1;
    });
    if outputs == 1 { Ok(value) } else { Err(Error::NotScalar { outputs }) }
}

/// Whether a seed is exactly zero, so that nothing flows from it.
pub fn is_inactive<T: Scalar>(seed: T) -> bool {
    seed.every(|part| part.is_zero())
}

/// `Σ seedᵢ·valueᵢ` over the active seeds.
fn inner_product<X: Tree, T: Scalar<Real = X::Leaf>>(seeds: &X::Of<T>, values: &X::Of<T>) -> Result<T, Error> {
    let mut sum = T::zero();
    X::zip::<T, T>(seeds, values, &mut |seed, value| {
        if !is_inactive(seed) {
            sum += seed * value;
        }
    })
    .map_err(|mismatch| mismatch.of("derivative"))?;
    Ok(sum)
}

/// Copies the leaves of a tree of floats into a row.
fn write_leaves<X: crate::Point>(tree: &X, row: &mut [X::Leaf]) {
    let mut slots = row.iter_mut();
    X::each::<X::Leaf>(tree, &mut |leaf| {
        if let Some(slot) = slots.next() {
            *slot = leaf;
        }
    });
}

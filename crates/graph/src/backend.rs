//! The operators of a recording backend.

use anygrad_core::num_traits::{One, Zero};
use anygrad_core::{Backend, Dense, Differentiable, Error, In, Leaf, Mode, Out, Real, Scalar, Tree, unit};

use crate::Program;
use crate::engine::Engine;
use crate::replay::ByProgram;
use crate::traces::{Quantity, exact};

/// A Jacobian or Hessian whose program would have more operations than this is computed row by row.
const MOST_OPERATIONS: usize = 1_000_000;

impl<E: Engine> ByProgram<E> {
    /// The numbers of a quantity, none given behind the inputs.
    fn quantity<F: Differentiable>(&mut self, f: &F, x: &F::Input, quantity: Quantity) -> Result<Vec<Leaf<F>>, Error> {
        let mut out = Vec::new();
        self.compute(f, (x, &[]), quantity, &mut out)?;
        Ok(out)
    }

    /// A derivative along something, at floats: the numbers behind the values.
    fn along<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        given: &[Leaf<F>],
        quantity: Quantity,
    ) -> Result<Vec<Leaf<F>>, Error> {
        let mut out = Vec::new();
        self.compute(f, (x, given), quantity, &mut out)?;
        Ok(out)
    }
}

/// The numbers of a tree over a scalar that is known to be constant, as floats.
fn floats<X: Tree, T: Scalar<Real = X::Leaf>>(tree: &X::Of<T>) -> Option<Vec<X::Leaf>> {
    let mut numbers = Vec::new();
    let mut constant = true;
    X::each::<T>(tree, &mut |leaf| {
        constant &= leaf.is_constant();
        if constant {
            numbers.push(leaf.primal());
        }
    });
    constant.then_some(numbers)
}

/// A program recorded at the floats of a point.
fn record<F, T>(f: &F, x: &In<F, T>) -> Result<Program<Leaf<F>>, Error>
where
    F: Differentiable,
    T: Scalar<Real = Leaf<F>>,
{
    Program::record(f, &F::Input::map::<T, Leaf<F>>(x, &mut |leaf| leaf.primal()))
}

/// A tree shaped as `like` from numbers in order.
fn shaped<X: Tree, S, T>(like: &X::Of<S>, numbers: &[T]) -> Result<X::Of<T>, Error>
where
    S: Scalar<Real = X::Leaf>,
    T: Scalar<Real = X::Leaf>,
{
    X::refill::<S, T>(like, &mut numbers.iter().copied())
}

impl<E: Engine> Backend for ByProgram<E> {
    const MODE: Mode = Mode::Pullback;

    fn name(&self) -> &'static str {
        self.engine_name()
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        F::Input::check_shape::<T, T>("tangent", x, dx)?;
        let y = f.call::<T>(x);
        let m = F::Output::count::<T>(&y);
        let numbers = match (floats::<F::Input, T>(x), floats::<F::Input, T>(dx)) {
            (Some(_), Some(dx)) => {
                let point = F::Input::map::<T, Leaf<F>>(x, &mut |leaf| leaf.primal());
                self.along(f, &point, &dx, Quantity::Pushforward)?.into_iter().map(T::constant).collect()
            }
            _ => {
                let both = [F::Input::flatten::<T>(x), F::Input::flatten::<T>(dx)].concat();
                record::<F, T>(f, x)?.pushforward()?.evaluate_over(&both)?
            }
        };
        Ok((shaped::<F::Output, T, T>(&y, &numbers[..m])?, shaped::<F::Output, T, T>(&y, &numbers[m..])?))
    }

    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let y = f.call::<T>(x);
        F::Output::check_shape::<T, T>("seed", &y, by)?;
        let m = F::Output::count::<T>(&y);
        let numbers = match (floats::<F::Input, T>(x), floats::<F::Output, T>(by)) {
            (Some(_), Some(by)) => {
                let point = F::Input::map::<T, Leaf<F>>(x, &mut |leaf| leaf.primal());
                self.along(f, &point, &by, Quantity::Pullback)?.into_iter().map(T::constant).collect()
            }
            _ => {
                let both = [F::Input::flatten::<T>(x), F::Output::flatten::<T>(by)].concat();
                record::<F, T>(f, x)?.pullback()?.evaluate_over(&both)?
            }
        };
        Ok((shaped::<F::Output, T, T>(&y, &numbers[..m])?, shaped::<F::Input, T, T>(x, &numbers[m..])?))
    }

    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let numbers: Vec<T> = if floats::<F::Input, T>(x).is_some() {
            let point = F::Input::map::<T, Leaf<F>>(x, &mut |leaf| leaf.primal());
            self.quantity(f, &point, Quantity::Gradient)?.into_iter().map(T::constant).collect()
        } else {
            record::<F, T>(f, x)?.gradient()?.evaluate_over(&F::Input::flatten::<T>(x))?
        };
        Ok((numbers[0], shaped::<F::Input, T, T>(x, &numbers[1..])?))
    }

    fn second_derivative<R, F>(&mut self, f: &F, x: R) -> Result<F::Output, Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        let along = Program::record(f, &x)?.pushforward()?.pushforward()?;
        let given = [R::one(), R::one(), R::zero()];
        let mut numbers = along.evaluate(&[&[x], &given[..]].concat())?;
        if numbers.iter().any(|number| number.is_nan()) {
            numbers = exact(&along, &[x], &given)?;
        }
        shaped::<F::Output, R, R>(&f.call::<R>(&x), &numbers[3 * numbers.len() / 4..])
    }

    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("gradient buffer", x, gradient)?;
        let numbers = self.quantity(f, x, Quantity::Gradient)?;
        let mut rest = numbers[1..].iter();
        F::Input::each_mut::<Leaf<F>>(gradient, &mut |slot| {
            if let Some(&number) = rest.next() {
                *slot = number;
            }
        });
        Ok(numbers[0])
    }

    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let y = f.call::<Leaf<F>>(x);
        let (m, n) = (F::Output::count::<Leaf<F>>(&y), F::Input::count::<Leaf<F>>(x));
        jacobian.reset(m, n);
        if m * n > MOST_OPERATIONS {
            for i in 0..m {
                let seed = F::Output::flatten::<Leaf<F>>(&unit::<F::Output, Leaf<F>, Leaf<F>>(&y, i));
                jacobian.row_mut(i).copy_from_slice(&self.along(f, x, &seed, Quantity::Pullback)?[m..]);
            }
        } else {
            let numbers = self.quantity(f, x, Quantity::Jacobian)?;
            (0..m).for_each(|i| jacobian.row_mut(i).copy_from_slice(&numbers[m + i * n..][..n]));
        }
        Ok(y)
    }

    fn hvp<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("vector", x, v)?;
        let v = F::Input::flatten::<Leaf<F>>(v);
        let numbers = self.along(f, x, &v, Quantity::Hvp)?;
        shaped::<F::Input, Leaf<F>, Leaf<F>>(x, &numbers[1 + v.len()..])
    }

    fn hessian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        let n = F::Input::count::<Leaf<F>>(x);
        let mut hessian = Dense::zeros(n, n);
        if n * n > MOST_OPERATIONS {
            for j in 0..n {
                let mut v = vec![Leaf::<F>::zero(); n];
                v[j] = Leaf::<F>::one();
                hessian.row_mut(j).copy_from_slice(&self.along(f, x, &v, Quantity::Hvp)?[1 + n..]);
            }
        } else {
            let numbers = self.quantity(f, x, Quantity::Hessian)?;
            (0..n).for_each(|i| hessian.row_mut(i).copy_from_slice(&numbers[1 + n + i * n..][..n]));
        }
        Ok(hessian)
    }
}

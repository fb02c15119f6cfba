//! The operators of a recording backend.

use anygrad_core::num_traits::{One, Zero};
use anygrad_core::{Backend, Dense, Differentiable, Error, In, Leaf, Mode, Out, Real, Scalar, Tree, unit};

use crate::engine::Engine;
use crate::replay::ByProgram;
use crate::traces::Quantity;
use crate::transform::is_tall;

/// A Jacobian or Hessian whose program would have more operations than this is computed row by row, or column by column.
const MOST_OPERATIONS: usize = 1_000_000;

impl<E: Engine> ByProgram<E> {
    /// The numbers of a quantity at floats; `given` stands behind the inputs.
    fn numbers<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        given: &[Leaf<F>],
        quantity: Quantity,
    ) -> Result<Vec<Leaf<F>>, Error> {
        self.compute(f, (x, given), quantity, <[_]>::to_vec)
    }

    /// The same over any scalar: constants are floats; with others the program is run over the scalar.
    fn numbers_over<F, T>(&mut self, f: &F, x: &In<F, T>, given: &[T], quantity: Quantity) -> Result<Vec<T>, Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let point = F::Input::map::<T, Leaf<F>>(x, &mut |leaf| leaf.primal());
        let all = [F::Input::flatten::<T>(x), given.to_vec()].concat();
        if all.iter().all(|number| number.is_constant()) {
            let given: Vec<Leaf<F>> = given.iter().map(|number| number.primal()).collect();
            Ok(self.numbers(f, &point, &given, quantity)?.into_iter().map(T::constant).collect())
        } else {
            quantity.of(&self.record(f, &point)?)?.evaluate_over(&all)
        }
    }
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
        let y = f.try_call::<T>(x)?;
        let m = F::Output::count::<T>(&y);
        let numbers = self.numbers_over::<F, T>(f, x, &F::Input::flatten::<T>(dx), Quantity::Pushforward)?;
        Ok((shaped::<F::Output, T, T>(&y, &numbers[..m])?, shaped::<F::Output, T, T>(&y, &numbers[m..])?))
    }

    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let y = f.try_call::<T>(x)?;
        F::Output::check_shape::<T, T>("seed", &y, by)?;
        let m = F::Output::count::<T>(&y);
        let numbers = self.numbers_over::<F, T>(f, x, &F::Output::flatten::<T>(by), Quantity::Pullback)?;
        Ok((shaped::<F::Output, T, T>(&y, &numbers[..m])?, shaped::<F::Input, T, T>(x, &numbers[m..])?))
    }

    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let numbers = self.numbers_over::<F, T>(f, x, &[], Quantity::Gradient)?;
        Ok((numbers[0], shaped::<F::Input, T, T>(x, &numbers[1..])?))
    }

    fn second_derivative<R, F>(&mut self, f: &F, x: R) -> Result<F::Output, Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        let numbers = self.numbers(f, &x, &[R::one(), R::one(), R::zero()], Quantity::Second)?;
        shaped::<F::Output, R, R>(&f.try_call::<R>(&x)?, &numbers[3 * numbers.len() / 4..])
    }

    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("gradient buffer", x, gradient)?;
        self.compute(f, (x, &[]), Quantity::Gradient, |numbers| {
            let mut rest = numbers[1..].iter();
            F::Input::each_mut::<Leaf<F>>(gradient, &mut |slot| {
                if let Some(&number) = rest.next() {
                    *slot = number;
                }
            });
            numbers[0]
        })
    }

    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let y = f.try_call::<Leaf<F>>(x)?;
        let (m, n) = (F::Output::count::<Leaf<F>>(&y), F::Input::count::<Leaf<F>>(x));
        jacobian.reset(m, n);
        if m * n > MOST_OPERATIONS && m > n {
            for j in 0..n {
                let tangent = F::Input::flatten::<Leaf<F>>(&unit::<F::Input, Leaf<F>, Leaf<F>>(x, j));
                let numbers = self.numbers(f, x, &tangent, Quantity::Pushforward)?;
                (0..m).for_each(|i| jacobian[(i, j)] = numbers[m + i]);
            }
        } else if m * n > MOST_OPERATIONS {
            for i in 0..m {
                let seed = F::Output::flatten::<Leaf<F>>(&unit::<F::Output, Leaf<F>, Leaf<F>>(&y, i));
                jacobian.row_mut(i).copy_from_slice(&self.numbers(f, x, &seed, Quantity::Pullback)?[m..]);
            }
        } else if is_tall(m, n) {
            self.compute(f, (x, &[]), Quantity::Columns, |numbers| {
                (0..m).for_each(|i| (0..n).for_each(|j| jacobian[(i, j)] = numbers[m + j * m + i]));
            })?;
        } else {
            self.compute(f, (x, &[]), Quantity::Jacobian, |numbers| {
                (0..m).for_each(|i| jacobian.row_mut(i).copy_from_slice(&numbers[m + i * n..][..n]));
            })?;
        }
        Ok(y)
    }

    fn gradient_and_hvp<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("vector", x, v)?;
        let v = F::Input::flatten::<Leaf<F>>(v);
        let numbers = self.numbers(f, x, &v, Quantity::Hvp)?;
        let (gradient, product) = numbers[1..].split_at(v.len());
        let shaped = |numbers| shaped::<F::Input, Leaf<F>, Leaf<F>>(x, numbers);
        Ok((shaped(gradient)?, shaped(product)?))
    }

    fn hessian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        let n = F::Input::count::<Leaf<F>>(x);
        let mut hessian = Dense::zeros(n, n);
        if n * n > MOST_OPERATIONS {
            for j in 0..n {
                let mut v = vec![Leaf::<F>::zero(); n];
                v[j] = Leaf::<F>::one();
                hessian.row_mut(j).copy_from_slice(&self.numbers(f, x, &v, Quantity::Hvp)?[1 + n..]);
            }
        } else {
            let numbers = self.numbers(f, x, &[], Quantity::Hessian)?;
            (0..n).for_each(|i| hessian.row_mut(i).copy_from_slice(&numbers[1 + n + i * n..][..n]));
        }
        Ok(hessian)
    }
}

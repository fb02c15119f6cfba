//! `Checked<B>`: a backend that gives an error where the plain one gives a NaN or an infinity.

use num_traits::Float;

use crate::{Backend, Dense, Differentiable, Error, In, Leaf, Mode, Out, Point, Real, Scalar, Stage, Tree, Watch};

/// The checked path: any backend, with an error for an input or a result that is not finite.
///
/// Inputs are tested first. After a result that is not finite the function runs once more, over [`Watch`], and the error
/// names the gate where it began and the line of the program that applied it. As long as all is finite it costs a look at
/// inputs and results.
///
/// ```
/// use anygrad_core::{Backend, Checked, Differentiable, Error, Mode, Scalar};
/// # use anygrad_core::{In, Out, Leaf};
/// # #[derive(Clone)]
/// # struct AnyBackend;
/// # impl Backend for AnyBackend {
/// #     const MODE: Mode = Mode::Pullback;
/// #     fn name(&self) -> &'static str { "any" }
/// #     fn pullback<F: Differentiable, T: Scalar<Real = Leaf<F>>>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>)
/// #         -> Result<(Out<F, T>, In<F, T>), Error> {
/// #         use anygrad_core::{Tree, num_traits::Float};
/// #         Ok((f.call::<T>(x), F::Input::map::<T, T>(x, &mut |_| T::infinity())))
/// #     }
/// # }
///
/// struct Root;
/// impl Differentiable for Root {
///     type Input = f64;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
///         x.sqrt()
///     }
/// }
///
/// let error = Checked(AnyBackend).gradient(&Root, &0.0).unwrap_err();
/// let message = "expected a differentiable point, found `sqrt` with partial inf at (0.0) in ";
/// assert!(error.to_string().starts_with(message));
/// let Error::SingularPoint { location: Some(location), .. } = error else { panic!("{error}") };
/// assert_eq!(location.file(), file!());
/// assert_eq!(Checked(AnyBackend).gradient(&Root, &f64::NAN), Err(Error::NonFiniteInput { index: 0 }));
/// ```
///
/// # Errors
/// [`Error::NonFiniteInput`], [`Error::NonFinite`] and [`Error::SingularPoint`] besides those of the backend. Where no
/// gate is at fault by itself, a product of finite partials having overflowed or a higher derivative being singular,
/// [`Error::NonFinite`] names the `chain rule`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checked<B>(pub B);

impl<B: Backend> Checked<B> {
    /// Runs an operator between the test of the inputs and the test of the result.
    fn guard<F: Differentiable, Y>(
        &mut self,
        f: &F,
        x: &F::Input,
        run: impl FnOnce(&mut B) -> Result<Y, Error>,
        first_bad: impl FnOnce(&Y) -> Option<Leaf<F>>,
    ) -> Result<Y, Error> {
        if let Some((index, _)) = first_non_finite(x) {
            return Err(Error::NonFiniteInput { index });
        }
        let result = run(&mut self.0)?;
        match first_bad(&result) {
            None => Ok(result),
            Some(bad) => Err(origin(f, x).unwrap_or_else(|| Error::NonFinite {
                gate: "chain rule",
                stage: Stage::Partial,
                value: bad.widen(),
                at: "finite partials".into(),
                location: None,
            })),
        }
    }
}

/// The first leaf of a tree that is not finite, with its place.
fn first_non_finite<X: Point>(tree: &X) -> Option<(usize, X::Leaf)> {
    let (mut index, mut first) = (0, None);
    X::each::<X::Leaf>(tree, &mut |leaf| {
        if first.is_none() && !leaf.is_finite() {
            first = Some((index, leaf));
        }
        index += 1;
    });
    first
}

/// The first float of a matrix that is not finite.
fn first_bad_entry<R: Real>(matrix: &Dense<R>) -> Option<R> {
    matrix.as_slice().iter().copied().find(|entry| !entry.is_finite())
}

/// The first incident on the way to an output.
fn origin<F: Differentiable>(f: &F, x: &F::Input) -> Option<Error> {
    let inputs = F::Input::map::<Leaf<F>, Watch<Leaf<F>>>(x, &mut Watch::variable);
    let outputs = f.call::<Watch<Leaf<F>>>(&inputs);
    let mut first = None;
    F::Output::each::<Watch<Leaf<F>>>(&outputs, &mut |output| {
        if first.is_none() {
            first = output.incident();
        }
    });
    first
}

/// The first leaf of either of two trees that is not finite.
fn first_bad_of<X: Point, Y: Point<Leaf = X::Leaf>>(x: &X, y: &Y) -> Option<X::Leaf> {
    first_non_finite(x).or_else(|| first_non_finite(y)).map(|(_, leaf)| leaf)
}

impl<B: Backend> Backend for Checked<B> {
    const MODE: Mode = B::MODE;

    fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Unchecked: over a scalar that is not a float, finiteness is for the outermost call to judge.
    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        self.0.pushforward::<F, T>(f, x, dx)
    }

    /// Unchecked, as [`pushforward`](Self::pushforward).
    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        self.0.pullback::<F, T>(f, x, by)
    }

    /// Unchecked, as [`pushforward`](Self::pushforward).
    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        self.0.gradient_over::<F, T>(f, x)
    }

    fn derivative<R: Real, F: Differentiable<Input = R>>(&mut self, f: &F, x: R) -> Result<F::Output, Error> {
        self.guard(f, &x, |backend| backend.derivative(f, x), |y| first_non_finite(y).map(|(_, leaf)| leaf))
    }

    fn second_derivative<R: Real, F: Differentiable<Input = R>>(&mut self, f: &F, x: R) -> Result<F::Output, Error> {
        self.guard(f, &x, |backend| backend.second_derivative(f, x), |y| first_non_finite(y).map(|(_, leaf)| leaf))
    }

    fn value_and_gradient<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error> {
        self.guard(f, x, |backend| backend.value_and_gradient(f, x), |(y, gradient)| first_bad_of(y, gradient))
    }

    /// After an error the buffer may hold what is not finite.
    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        let run = |backend: &mut B| {
            let value = backend.value_and_gradient_into(f, x, gradient)?;
            Ok((value, first_bad_of(&value, gradient)))
        };
        Ok(self.guard(f, x, run, |&(_, bad)| bad)?.0)
    }

    /// After an error the matrix may hold what is not finite.
    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let run = |backend: &mut B| {
            let y = backend.jacobian_into(f, x, jacobian)?;
            let bad = first_non_finite(&y).map(|(_, leaf)| leaf).or_else(|| first_bad_entry(jacobian));
            Ok((y, bad))
        };
        Ok(self.guard(f, x, run, |&(_, bad)| bad)?.0)
    }

    fn directional<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Output, Error> {
        self.guard(f, x, |backend| backend.directional(f, x, v), |y| first_non_finite(y).map(|(_, leaf)| leaf))
    }

    fn hvp<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
        self.guard(f, x, |backend| backend.hvp(f, x, v), |y| first_non_finite(y).map(|(_, leaf)| leaf))
    }

    fn hessian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        self.guard(f, x, |backend| backend.hessian(f, x), first_bad_entry)
    }
}

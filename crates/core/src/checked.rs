//! `Checked<B>`: a backend that gives an error where the plain one gives a NaN or an infinity.

use num_traits::{Float, Zero};

use crate::{
    Arguments, Backend, Dense, Differentiable, Error, First, In, Leaf, Mode, Out, Point, Real, Scalar, Stage, Tree,
    Watch,
};

/// The checked path: any backend, with an error for an input or a result that is not finite.
///
/// Inputs are tested first. After a result that is not finite the function runs once more, over [`Watch`], and the error
/// names the gate where it began, the line of the program that applied it, and the inputs whose derivatives it reaches. As
/// long as all is finite it costs a look at inputs and results, and an evaluation of the function by those operators that do
/// not return its value: a value that is not finite is an error there, too.
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
/// assert!(error.to_string().ends_with(", reaches ∂x[0]"));
/// assert_eq!(Checked(AnyBackend).gradient(&Root, &f64::NAN), Err(Error::NonFiniteInput { index: 0 }));
/// ```
///
/// # Errors
/// [`Error::NonFiniteInput`], [`Error::NonFinite`] and [`Error::SingularPoint`] besides those of the backend. Where no
/// gate is at fault by itself, a product of finite partials having overflowed or a higher derivative being singular,
/// [`Error::NonFinite`] names the `chain rule`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Checked<B>(pub B);

/// What a look at a result found.
struct Found<R> {
    /// A number that is not finite.
    bad: R,
    /// The inputs whose derivatives are not finite.
    reaches: Vec<usize>,
}

impl<B: Backend> Checked<B> {
    /// Runs an operator between the test of the inputs and the test of the result.
    fn guard<F: Differentiable, Y>(
        &mut self,
        f: &F,
        x: &F::Input,
        run: impl FnOnce(&mut B) -> Result<Y, Error>,
        look: impl FnOnce(&mut B, &Y) -> Option<Found<Leaf<F>>>,
    ) -> Result<Y, Error> {
        if let Some(index) = non_finite(x).next() {
            return Err(Error::NonFiniteInput { index });
        }
        let result = run(&mut self.0)?;
        match look(&mut self.0, &result) {
            None => Ok(result),
            Some(found) => Err(origin(f, x, found)),
        }
    }

    /// An operator that does not return the function's value; after a result that is not finite, `reaches` finds the inputs.
    fn guard_valued<F: Differentiable, Y>(
        &mut self,
        f: &F,
        x: &F::Input,
        run: impl FnOnce(&mut B) -> Result<Y, Error>,
        first_bad: impl FnOnce(&Y) -> Option<Leaf<F>>,
        reaches: impl FnOnce(&mut B, &Y) -> Vec<usize>,
    ) -> Result<Y, Error> {
        let run = |backend: &mut B| Ok((run(backend)?, f.try_call::<Leaf<F>>(x)?));
        let look = |backend: &mut B, (result, y): &(Y, F::Output)| match first_bad(result) {
            Some(bad) => Some(Found { bad, reaches: reaches(backend, result) }),
            None => first_bad_leaf(y).map(|bad| Found { bad, reaches: Vec::new() }),
        };
        Ok(self.guard(f, x, run, look)?.0)
    }
}

/// The places of the leaves that are not finite.
fn non_finite<X: Point>(tree: &X) -> impl Iterator<Item = usize> {
    let leaves = X::flatten::<X::Leaf>(tree).into_iter().enumerate();
    leaves.filter(|(_, leaf)| !leaf.is_finite()).map(|(index, _)| index)
}

/// The first leaf of a tree that is not finite.
fn first_bad_leaf<X: Point>(tree: &X) -> Option<X::Leaf> {
    let mut first = None;
    X::each::<X::Leaf>(tree, &mut |leaf| {
        if first.is_none() && !leaf.is_finite() {
            first = Some(leaf);
        }
    });
    first
}

/// A value and a gradient, looked at.
fn look_at<X: Point>(value: X::Leaf, gradient: &X) -> Option<Found<X::Leaf>> {
    let bad = Some(value).filter(|value| !value.is_finite()).or_else(|| first_bad_leaf(gradient))?;
    Some(Found { bad, reaches: non_finite(gradient).collect() })
}

/// The first float of a matrix that is not finite.
fn first_bad_entry<R: Real>(matrix: &Dense<R>) -> Option<R> {
    matrix.as_slice().iter().copied().find(|entry| !entry.is_finite())
}

/// The columns of a matrix in which some float is not finite.
fn bad_columns<R: Real>(matrix: &Dense<R>) -> Vec<usize> {
    let (rows, columns) = matrix.shape();
    let is_bad = |&j: &usize| (0..rows).any(|i| !matrix[(i, j)].is_finite());
    (0..columns).filter(is_bad).collect()
}

/// The first incident on the way to an output; where no gate is at fault by itself, the chain rule is.
fn origin<F: Differentiable>(f: &F, x: &F::Input, found: Found<Leaf<F>>) -> Error {
    let inputs = F::Input::map::<Leaf<F>, Watch<Leaf<F>>>(x, &mut Watch::variable);
    let outputs = match f.try_call::<Watch<Leaf<F>>>(&inputs) {
        Ok(outputs) => outputs,
        Err(error) => return error,
    };
    let mut first = None;
    F::Output::each::<Watch<Leaf<F>>>(&outputs, &mut |output| {
        if first.is_none() {
            first = output.incident();
        }
    });
    let mut error = first.unwrap_or_else(|| Error::NonFinite {
        gate: "chain rule",
        stage: Stage::Partial,
        value: found.bad.widen(),
        at: "finite partials".into(),
        location: None,
        reaches: Vec::new(),
    });
    if let Error::NonFinite { reaches, .. } | Error::SingularPoint { reaches, .. } = &mut error {
        *reaches = found.reaches;
    }
    error
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

    /// Unchecked, as [`pushforward`](Self::pushforward).
    fn gradient_by_first<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, First<F, T>), Error>
    where
        F: Differentiable<Input: Arguments>,
        T: Scalar<Real = Leaf<F>>,
    {
        self.0.gradient_by_first::<F, T>(f, x)
    }

    fn derivative<R: Real, F: Differentiable<Input = R>>(&mut self, f: &F, x: R) -> Result<F::Output, Error> {
        self.guard_valued(f, &x, |backend| backend.derivative(f, x), first_bad_leaf, |_, _| vec![0])
    }

    fn second_derivative<R: Real, F: Differentiable<Input = R>>(&mut self, f: &F, x: R) -> Result<F::Output, Error> {
        self.guard_valued(f, &x, |backend| backend.second_derivative(f, x), first_bad_leaf, |_, _| vec![0])
    }

    fn value_and_gradient<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error> {
        let look = |_: &mut B, (y, gradient): &(Leaf<F>, F::Input)| look_at(*y, gradient);
        self.guard(f, x, |backend| backend.value_and_gradient(f, x), look)
    }

    /// After an error the buffer may hold what is not finite.
    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        let run = |backend: &mut B| Ok((backend.value_and_gradient_into(f, x, gradient)?, gradient));
        let look = |_: &mut B, (y, gradient): &(Leaf<F>, &mut F::Input)| look_at(*y, &**gradient);
        Ok(self.guard(f, x, run, look)?.0)
    }

    /// After an error the matrix may hold what is not finite.
    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        let run = |backend: &mut B| Ok((backend.jacobian_into(f, x, jacobian)?, jacobian));
        let look = |_: &mut B, (y, jacobian): &(F::Output, &mut Dense<Leaf<F>>)| {
            let bad = first_bad_leaf(y).or_else(|| first_bad_entry(jacobian))?;
            Some(Found { bad, reaches: bad_columns(jacobian) })
        };
        Ok(self.guard(f, x, run, look)?.0)
    }

    /// After a derivative that is not finite, a Jacobian tells the inputs that it reaches: those that `v` moves.
    fn directional<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Output, Error> {
        let reaches = |backend: &mut B, _: &F::Output| {
            let v = F::Input::flatten::<Leaf<F>>(v);
            let columns = backend.jacobian(f, x).map_or_else(|_| Vec::new(), |jacobian| bad_columns(&jacobian));
            columns.into_iter().filter(|&j| !v[j].is_zero()).collect()
        };
        self.guard_valued(f, x, |backend| backend.directional(f, x, v), first_bad_leaf, reaches)
    }

    fn hvp<F: Differentiable>(&mut self, f: &F, x: &F::Input, v: &F::Input) -> Result<F::Input, Error> {
        let reaches = |_: &mut B, product: &F::Input| non_finite(product).collect();
        self.guard_valued(f, x, |backend| backend.hvp(f, x, v), first_bad_leaf, reaches)
    }

    fn gradient_and_hvp<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        let bad =
            |(gradient, product): &(F::Input, F::Input)| first_bad_leaf(gradient).or_else(|| first_bad_leaf(product));
        let reaches = |_: &mut B, (gradient, product): &(F::Input, F::Input)| {
            let mut reached: Vec<usize> = non_finite(gradient).chain(non_finite(product)).collect();
            reached.sort_unstable();
            reached.dedup();
            reached
        };
        self.guard_valued(f, x, |backend| backend.gradient_and_hvp(f, x, v), bad, reaches)
    }

    fn hessian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        let run = |backend: &mut B| backend.hessian(f, x);
        self.guard_valued(f, x, run, first_bad_entry, |_, hessian| bad_columns(hessian))
    }
}

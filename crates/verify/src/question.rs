//! `Question`: a function, a point and an operator.

use anygrad_core::{Backend, Differentiable, Error, Leaf, Mode, Out, Real, Scalar, Tree};

use crate::Operator;

/// What every respondent of a [`Panel`](crate::Panel) is asked: an operator of a function at a point.
///
/// `direction` is the tangent `v` of `directional`, `pushforward` and `hvp`; `weights` the seed `w` of `pullback`.
pub struct Question<'a, F: Differentiable> {
    /// The function.
    pub function: &'a F,
    /// The point.
    pub point: &'a F::Input,
    /// What is asked.
    pub operator: Operator,
    /// The tangent `v`, shaped as the point.
    pub direction: &'a F::Input,
    /// The seed `w`, shaped as the output.
    pub weights: &'a F::Output,
    /// Only the respondent of this name shall answer; everyone if `None`.
    pub only: Option<&'a str>,
}

impl<F: Differentiable> Clone for Question<'_, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F: Differentiable> Copy for Question<'_, F> {}

impl<F: Differentiable> Question<'_, F> {
    /// The number of inputs, `n`.
    pub fn inputs(&self) -> usize {
        F::Input::count::<Leaf<F>>(self.point)
    }

    /// The number of outputs, `m`.
    pub fn outputs(&self) -> usize {
        F::Output::count::<Leaf<F>>(self.weights)
    }

    /// Whether the respondent of this name is asked.
    pub fn is_for(&self, name: &str) -> bool {
        self.only.is_none_or(|only| only == name)
    }

    /// The error of a derivative of a function of anything but a number.
    fn not_a_number(operator: Operator) -> Error {
        let help = "the input is not one number: ask for the gradient";
        Error::Unsupported { backend: "every backend", operator: operator.name(), help }
    }

    /// The function's value over plain floats.
    pub fn plain_value(&self) -> Vec<f64> {
        outputs::<F>(&self.function.call::<Leaf<F>>(self.point))
    }

    /// The function as one of a single number; for points with one leaf, where [`Operator::Derivative`] is asked.
    pub fn one_input(&self) -> OneInput<'_, F> {
        OneInput { function: self.function, shape: self.point }
    }

    /// The only coordinate of the point, 0 if there is none.
    pub fn coordinate(&self) -> Leaf<F> {
        let mut first = None;
        F::Input::each::<Leaf<F>>(self.point, &mut |leaf| {
            first.get_or_insert(leaf);
        });
        first.unwrap_or_default()
    }

    /// A backend's answer, flattened: leaves in order, matrices row by row, a value before its derivative.
    ///
    /// # Errors
    /// Those of the backend.
    pub fn put_to<B: Backend>(&self, backend: &mut B) -> Result<Vec<f64>, Error> {
        let Self { function, point, direction, weights, .. } = *self;
        Ok(match self.operator {
            Operator::Value => match B::MODE {
                Mode::Pushforward => outputs::<F>(&backend.pushforward::<F, Leaf<F>>(function, point, direction)?.0),
                Mode::Pullback => outputs::<F>(&backend.pullback::<F, Leaf<F>>(function, point, weights)?.0),
            },
            // A constant condition: for the other inputs these are not even compiled.
            Operator::Derivative if const { is_number::<F>() } => {
                outputs::<F>(&backend.derivative(&self.one_input(), self.coordinate())?)
            }
            Operator::SecondDerivative if const { is_number::<F>() } => {
                outputs::<F>(&backend.second_derivative(&self.one_input(), self.coordinate())?)
            }
            Operator::Derivative | Operator::SecondDerivative => return Err(Self::not_a_number(self.operator)),
            Operator::Gradient => inputs::<F>(&backend.gradient(function, point)?),
            Operator::Jacobian => widen(backend.jacobian(function, point)?.as_slice()),
            Operator::Directional => outputs::<F>(&backend.directional(function, point, direction)?),
            Operator::Pushforward => {
                let (y, dy) = backend.pushforward::<F, Leaf<F>>(function, point, direction)?;
                [outputs::<F>(&y), outputs::<F>(&dy)].concat()
            }
            Operator::Pullback => {
                let (y, bx) = backend.pullback::<F, Leaf<F>>(function, point, weights)?;
                [outputs::<F>(&y), inputs::<F>(&bx)].concat()
            }
            Operator::Hvp => inputs::<F>(&backend.hvp(function, point, direction)?),
            Operator::Hessian => widen(backend.hessian(function, point)?.as_slice()),
        })
    }
}

/// Whether the input is a number, or a struct or array around one.
pub(crate) const fn is_number<F: Differentiable>() -> bool {
    size_of::<F::Input>() == size_of::<Leaf<F>>()
}

/// A function of a point with one leaf, as a function of that number.
pub struct OneInput<'a, F: Differentiable> {
    function: &'a F,
    shape: &'a F::Input,
}

impl<F: Differentiable> Differentiable for OneInput<'_, F> {
    type Input = Leaf<F>;
    type Output = F::Output;

    fn call<S: Scalar<Real = Leaf<F>>>(&self, x: &S) -> Out<F, S> {
        let point = F::Input::map::<Leaf<F>, S>(self.shape, &mut |_| *x);
        self.function.call::<S>(&point)
    }

    fn try_call<S: Scalar<Real = Leaf<F>>>(&self, x: &S) -> Result<Out<F, S>, Error> {
        let point = F::Input::map::<Leaf<F>, S>(self.shape, &mut |_| *x);
        self.function.try_call::<S>(&point)
    }
}

/// The leaves of an output in `f64`.
pub(crate) fn outputs<F: Differentiable>(y: &F::Output) -> Vec<f64> {
    let mut leaves = Vec::new();
    F::Output::each::<Leaf<F>>(y, &mut |leaf| leaves.push(leaf.widen()));
    leaves
}

/// The leaves of an input in `f64`.
pub(crate) fn inputs<F: Differentiable>(x: &F::Input) -> Vec<f64> {
    let mut leaves = Vec::new();
    F::Input::each::<Leaf<F>>(x, &mut |leaf| leaves.push(leaf.widen()));
    leaves
}

fn widen<R: Real>(entries: &[R]) -> Vec<f64> {
    entries.iter().map(|entry| entry.widen()).collect()
}

/// The tangent that is asked along unless one is given: no two neighbours alike, both signs, exact in binary.
pub(crate) fn default_direction<F: Differentiable>(point: &F::Input) -> F::Input {
    let mut pattern = [1.0, -0.5, 0.75, 0.25, -1.25].into_iter().cycle();
    F::Input::map::<Leaf<F>, Leaf<F>>(point, &mut |_| Leaf::<F>::narrow(pattern.next().unwrap_or(1.0)))
}

/// The seed that is pulled back unless one is given.
pub(crate) fn default_weights<F: Differentiable>(y: &F::Output) -> F::Output {
    let mut pattern = [1.0, 0.5, -0.75, 1.5].into_iter().cycle();
    F::Output::map::<Leaf<F>, Leaf<F>>(y, &mut |_| Leaf::<F>::narrow(pattern.next().unwrap_or(1.0)))
}

//! `Auto`: the backend chosen by the shape of the function, by what native code would save, and the reason.

mod choice;
#[cfg(feature = "jit")]
mod ledger;

#[cfg(all(feature = "forward", feature = "reverse"))]
use anygrad_core::Gradient;
use anygrad_core::{
    Arguments, Backend, Dense, Differentiable, Error, First, In, Leaf, Mode, Out, Point, Real, Scalar, Tree,
};
#[cfg(not(any(feature = "forward", feature = "reverse")))]
use anygrad_finite::Finite;
#[cfg(feature = "forward")]
use anygrad_forward::Forward;
#[cfg(feature = "reverse")]
use anygrad_reverse::Reverse;

pub use choice::Choice;
use choice::Reason;

/// The number of inputs that one forward pass carries.
#[cfg(all(feature = "forward", feature = "reverse"))]
const CHUNK: usize = 8;

/// A backend that chooses among those compiled in, by the numbers of inputs `n` and outputs `m`.
///
/// | operator | forward mode | reverse mode |
/// |---|---|---|
/// | gradient | `n ≤ 8`, one pass | otherwise |
/// | jacobian | `⌈n/8⌉ ≤ 1 + m/3` | otherwise |
/// | hvp, hessian | nested, `n ≤ 8` | under forward mode, otherwise |
/// | derivative, directional, pushforward | always | |
/// | pullback | | always |
///
/// With one of the two compiled in, it takes that one; finite differences serve only where neither is. What it chose last,
/// and why, is [`choice`](Self::choice).
///
/// With the feature `jit`, and for functions that [never change](Differentiable::identity), it keeps account of what each
/// function's gradients, Jacobians, Hessians and products with these have cost. Once that is as much as native code will
/// cost, it makes some, and goes on with it if a call of it is shorter: all in all it costs at most about twice what knowing
/// the number of calls beforehand would. Derivatives may differ in their last digits from then on; where every run has to
/// give the same bits, take a backend by its type.
///
/// ```
/// use anygrad::prelude::*;
///
/// #[differentiable]
/// fn sum_of_squares<S: Scalar<Real = f64>>(x: &[S]) -> S {
///     x.iter().map(|&x| x * x).sum()
/// }
///
/// let mut auto = Auto::new();
/// assert_eq!(auto.gradient(&SumOfSquares, &vec![3.0; 2])?, [6.0; 2]);
/// # #[cfg(all(feature = "forward", feature = "reverse"))]
/// assert_eq!(auto.choice().map(|choice| choice.backend), Some("forward"));
/// assert_eq!(auto.gradient(&SumOfSquares, &vec![3.0; 20])?, [6.0; 20]);
/// # #[cfg(all(feature = "forward", feature = "reverse"))]
/// assert_eq!(
///     auto.choice().map(|choice| choice.to_string()).as_deref(),
///     Some("reverse, because one sweep serves all 20 inputs of 1 output"),
/// );
/// # Ok::<(), anygrad::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Auto {
    #[cfg(feature = "forward")]
    forward: Forward,
    #[cfg(feature = "reverse")]
    reverse: Reverse,
    #[cfg(not(any(feature = "forward", feature = "reverse")))]
    finite: Finite,
    #[cfg(feature = "jit")]
    ledger: ledger::Ledger,
    choice: Option<Choice>,
}

#[derive(Clone, Copy)]
enum Kind {
    #[cfg(feature = "forward")]
    Forward,
    #[cfg(feature = "reverse")]
    Reverse,
    #[cfg(not(any(feature = "forward", feature = "reverse")))]
    Finite,
}

/// The best compiled-in backend for one direction of the inputs.
const DIRECTION: Kind = {
    #[cfg(feature = "forward")]
    let kind = Kind::Forward;
    #[cfg(all(feature = "reverse", not(feature = "forward")))]
    let kind = Kind::Reverse;
    #[cfg(not(any(feature = "forward", feature = "reverse")))]
    let kind = Kind::Finite;
    kind
};

/// The best compiled-in backend for one weighting of the outputs.
const WEIGHTING: Kind = {
    #[cfg(feature = "reverse")]
    let kind = Kind::Reverse;
    #[cfg(all(feature = "forward", not(feature = "reverse")))]
    let kind = Kind::Forward;
    #[cfg(not(any(feature = "forward", feature = "reverse")))]
    let kind = Kind::Finite;
    kind
};

/// Whether there is a choice at all.
const BOTH: bool = cfg!(all(feature = "forward", feature = "reverse"));

/// Runs an operator on the chosen backend.
macro_rules! on {
    ($self:ident, $kind:expr, |$backend:ident| $run:expr) => {
        match $kind {
            #[cfg(feature = "forward")]
            Kind::Forward => {
                let $backend = &mut $self.forward;
                $run
            }
            #[cfg(feature = "reverse")]
            Kind::Reverse => {
                let $backend = &mut $self.reverse;
                $run
            }
            #[cfg(not(any(feature = "forward", feature = "reverse")))]
            Kind::Finite => {
                let $backend = &mut $self.finite;
                $run
            }
        }
    };
}

/// Runs an operator by native code where that pays, or else by the shape.
macro_rules! or_natively {
    ($self:ident, $operator:ident, ($f:expr, $x:expr), |$backend:ident| $code:expr, |$auto:ident| $shape:expr) => {{
        #[cfg(feature = "jit")]
        let result = $self.run(ledger::Operator::$operator, $f, $x, |by| match by {
            ledger::By::Code($backend) => $code,
            ledger::By::Shape($auto) => $shape,
        });
        #[cfg(not(feature = "jit"))]
        let result = {
            let $auto = $self;
            $shape
        };
        result
    }};
}

impl Auto {
    /// A chooser with an empty workspace of each backend.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was chosen for the last operator, and why.
    pub fn choice(&self) -> Option<Choice> {
        self.choice
    }

    fn note(&mut self, kind: Kind, inputs: usize, outputs: Option<usize>, reason: Reason) -> Kind {
        let backend = on!(self, kind, |backend| backend.name());
        let reason = if BOTH { reason } else { Reason::OnlyOne };
        self.choice = Some(Choice { backend, inputs, outputs, reason });
        kind
    }

    /// For all inputs of `m` outputs: passes of 8 tangents, or a sweep an output.
    fn by_shape<X: Point>(&mut self, x: &X, m: usize) -> Kind {
        let n = X::count::<X::Leaf>(x);
        if n.div_ceil(8) <= 1 + m / 3 {
            self.note(DIRECTION, n, Some(m), Reason::FewInputs)
        } else {
            self.note(WEIGHTING, n, Some(m), Reason::FewOutputs)
        }
    }
}

impl Backend for Auto {
    const MODE: Mode = if cfg!(feature = "reverse") { Mode::Pullback } else { Mode::Pushforward };

    fn name(&self) -> &'static str {
        "auto"
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let kind = self.note(DIRECTION, F::Input::count::<T>(x), None, Reason::OneDirection);
        on!(self, kind, |backend| backend.pushforward::<F, T>(f, x, dx))
    }

    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let kind = self.note(WEIGHTING, F::Input::count::<T>(x), None, Reason::OneDirection);
        on!(self, kind, |backend| backend.pullback::<F, T>(f, x, by))
    }

    fn gradient_over<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let point = F::Input::map::<T, Leaf<F>>(x, &mut |leaf| leaf.primal());
        let kind = self.by_shape(&point, 1);
        on!(self, kind, |backend| backend.gradient_over::<F, T>(f, x))
    }

    fn gradient_by_first<F, T>(&mut self, f: &F, x: &In<F, T>) -> Result<(T, First<F, T>), Error>
    where
        F: Differentiable<Input: Arguments>,
        T: Scalar<Real = Leaf<F>>,
    {
        let first = <F::Input as Arguments>::first::<T>(x);
        let point = <F::Input as Arguments>::First::map::<T, Leaf<F>>(first, &mut |leaf| leaf.primal());
        let kind = self.by_shape(&point, 1);
        on!(self, kind, |backend| backend.gradient_by_first::<F, T>(f, x))
    }

    fn value_and_gradient<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<(Leaf<F>, F::Input), Error> {
        or_natively!(self, Gradient, (f, x), |backend| backend.value_and_gradient(f, x), |auto| {
            let kind = auto.by_shape(x, 1);
            on!(auto, kind, |backend| backend.value_and_gradient(f, x))
        })
    }

    fn value_and_gradient_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        gradient: &mut F::Input,
    ) -> Result<Leaf<F>, Error> {
        or_natively!(self, Gradient, (f, x), |backend| backend.value_and_gradient_into(f, x, gradient), |auto| {
            let kind = auto.by_shape(x, 1);
            on!(auto, kind, |backend| backend.value_and_gradient_into(f, x, gradient))
        })
    }

    /// One evaluation of the function more than the chosen backend takes: the number of outputs decides.
    fn jacobian_into<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        jacobian: &mut Dense<Leaf<F>>,
    ) -> Result<F::Output, Error> {
        or_natively!(self, Jacobian, (f, x), |backend| backend.jacobian_into(f, x, jacobian), |auto| {
            let outputs = F::Output::count::<Leaf<F>>(&f.try_call::<Leaf<F>>(x)?);
            let kind = auto.by_shape(x, outputs);
            on!(auto, kind, |backend| backend.jacobian_into(f, x, jacobian))
        })
    }

    fn second_derivative<R, F>(&mut self, f: &F, x: R) -> Result<F::Output, Error>
    where
        R: Real,
        F: Differentiable<Input = R>,
    {
        let kind = self.note(DIRECTION, 1, None, Reason::OneDirection);
        on!(self, kind, |backend| backend.second_derivative(f, x))
    }

    fn gradient_and_hvp<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        or_natively!(self, Hvp, (f, x), |backend| backend.gradient_and_hvp(f, x, v), |auto| {
            auto.gradient_and_hvp_by_shape(f, x, v)
        })
    }

    fn hessian<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        or_natively!(self, Hessian, (f, x), |backend| backend.hessian(f, x), |auto| auto.hessian_by_shape(f, x))
    }
}

/// Second order where both modes are there: dual numbers over the tape for many inputs.
#[cfg(all(feature = "forward", feature = "reverse"))]
impl Auto {
    /// Whether a tape under the dual numbers is worth it; the choice is noted either way.
    fn is_nested<X: Point>(&mut self, x: &X) -> bool {
        let inputs = X::count::<X::Leaf>(x);
        let nested = inputs > CHUNK;
        let (backend, reason) =
            if nested { ("forward over reverse", Reason::Nested) } else { ("forward over forward", Reason::FewInputs) };
        self.choice = Some(Choice { backend, inputs, outputs: Some(1), reason });
        nested
    }

    fn gradient_and_hvp_by_shape<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        F::Input::check_shape::<Leaf<F>, Leaf<F>>("vector", x, v)?;
        if !self.is_nested(x) {
            return self.forward.gradient_and_hvp(f, x, v);
        }
        let gradient = Gradient::new(f, self.reverse.clone());
        let product = self.forward.pushforward::<_, Leaf<F>>(&gradient, x, v);
        gradient.into_result(product)
    }

    fn hessian_by_shape<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        if !self.is_nested(x) {
            return self.forward.hessian(f, x);
        }
        let gradient = Gradient::new(f, self.reverse.clone());
        let hessian = self.forward.jacobian(&gradient, x);
        gradient.into_result(hessian)
    }
}

/// Second order where there is no choice.
#[cfg(not(all(feature = "forward", feature = "reverse")))]
impl Auto {
    fn gradient_and_hvp_by_shape<F: Differentiable>(
        &mut self,
        f: &F,
        x: &F::Input,
        v: &F::Input,
    ) -> Result<(F::Input, F::Input), Error> {
        let kind = self.by_shape(x, 1);
        on!(self, kind, |backend| backend.gradient_and_hvp(f, x, v))
    }

    fn hessian_by_shape<F: Differentiable>(&mut self, f: &F, x: &F::Input) -> Result<Dense<Leaf<F>>, Error> {
        let kind = self.by_shape(x, 1);
        on!(self, kind, |backend| backend.hessian(f, x))
    }
}

//! `Finite`: the settings of a finite difference.

use anygrad_core::{Error, Real};

/// Finite differences: derivatives from values alone. No derivative rule is read, so they are a witness to all of them.
///
/// | constructor | formula | evaluations of a gradient | error | for |
/// |---|---|---|---|---|
/// | [`ridders`](Self::ridders), the default | central, extrapolated to step 0 | 12n to 30n + 50, more at hard points | 1e-14 … 1e-11 | verifying |
/// | [`central`](Self::central) | `(f(x+h) − f(x−h))/2h` | 2n + 1 | ε^⅔ ≈ 1e-11 … 1e-9 | a quick look |
/// | [`order(p)`](Self::order), p = 2, 4, 6, 8 | central over p points | p·n + 1 | ε^(p/(p+1)) | smooth functions, cheap |
/// | [`forward`](Self::forward) | `(f(x+h) − f(x))/h` | n + 1 | √ε ≈ 1e-8 | functions that cost much |
///
/// `n` is the number of inputs, ε the [noise](Self::with_noise) of the function's values. Errors are relative, for functions
/// that vary on the scale of `max(|x|, 1)`.
///
/// **Steps.** By default `h = ε^(1/(p+1))·max(|x|, 1)` for the first derivative and `ε^(1/(p+2))·max(|x|, 1)` for the
/// second, where truncation and rounding are alike (Gill, Murray & Wright 1981, §8.6; Moré & Wild 2012); each is then
/// replaced by `(x + h) − x`, the distance that is really gone (Press et al. 2007, §5.7). The extrapolation begins at
/// 0.14·max(|x|, 1) and halves the step until rounding wins.
///
/// **Edges.** Where a probe is not finite, a smaller step is tried if the step is a default, then the formula of the
/// same order on the side where the function is finite. A point where an output itself is not finite has derivative NaN.
///
/// **Bounds.** The methods `*_with_error` return a bound with every derivative: the distance to the same formula at another
/// step or order, plus the rounding of the values, which is `ε·|f|`, what a last place of `x` does to `f`, and the noise
/// [measured](crate::noise) at the point. At a kink half the jump of the slope is part of it. See
/// [`Estimate`](crate::Estimate).
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Scalar};
/// use anygrad_finite::Finite;
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
/// let (value, gradient, error) = Finite::default().gradient_with_error(&Product, &[-2.0, 3.0])?;
/// assert_eq!(value, -6.0);
/// assert!((gradient[0] - 3.0).abs() <= error[0] && error[0] < 1e-12);
///
/// let forward = Finite::forward().with_step(1e-4).gradient(&Product, &[-2.0, 3.0])?;
/// assert!((forward[1] + 2.0).abs() < 1e-11);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
///
/// # Errors
/// From every operator: [`Error::InvalidStep`] for a step that is not positive and finite or that changes no input,
/// [`Error::UnsupportedOrder`] for an order other than 2, 4, 6, 8, [`Error::InvalidConfig`] for a noise that is negative or
/// NaN, [`Error::NonFiniteProbe`] where the function is finite at the point and on no side of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finite {
    pub(crate) method: Method,
    pub(crate) step: Step,
    pub(crate) noise: Option<f64>,
}

/// The formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// One-sided, order 1.
    Forward,
    /// Central, of an even order.
    Central(usize),
    /// Central of order 2, extrapolated.
    Ridders,
}

/// The step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// By the rule of the method.
    Default,
    /// As given.
    Absolute(f64),
    /// Times `max(|x|, 1)`.
    Relative(f64),
}

/// The first step of the extrapolation, times `max(|x|, 1)`: large, and no simple fraction of a period.
const FIRST_STEP: f64 = 0.137;

impl Default for Finite {
    /// The most reliable: [`Finite::ridders`].
    fn default() -> Self {
        Self::ridders()
    }
}

impl Finite {
    /// `(f(x+h) − f(x))/h`, of order 1; the other side where that is not finite.
    pub const fn forward() -> Self {
        Self::new(Method::Forward)
    }

    /// `(f(x+h) − f(x−h))/2h`, of order 2.
    pub const fn central() -> Self {
        Self::order(2)
    }

    /// The central difference over `order` points, exact on polynomials up to that degree (Fornberg 1988).
    ///
    /// An order other than 2, 4, 6 or 8 is an [`Error::UnsupportedOrder`] from every operator.
    pub const fn order(order: usize) -> Self {
        Self::new(Method::Central(order))
    }

    /// Central differences over halving steps, extrapolated to step 0, with an error bound (Ridders 1982).
    pub const fn ridders() -> Self {
        Self::new(Method::Ridders)
    }

    /// The step itself, the same for every input (the first step of the extrapolation). It is not made smaller at the edge of
    /// a domain.
    ///
    /// Along a direction of several inputs it is how far the one that moves most goes.
    #[must_use]
    pub const fn with_step(self, h: f64) -> Self {
        Self { step: Step::Absolute(h), ..self }
    }

    /// The step of each input as a multiple of `max(|x|, 1)` (the first step of the extrapolation).
    #[must_use]
    pub const fn with_relative_step(self, h: f64) -> Self {
        Self { step: Step::Relative(h), ..self }
    }

    /// How far the function's values are from exact ones, relative to them: the machine epsilon of the leaf by default, more for
    /// the result of an iteration or a simulation. Default steps follow it, and so do the bounds; no noise is measured then.
    #[must_use]
    pub const fn with_noise(self, relative: f64) -> Self {
        Self { noise: Some(relative), ..self }
    }

    const fn new(method: Method) -> Self {
        Self { method, step: Step::Default, noise: None }
    }

    /// The noise of the values relative to them.
    ///
    /// # Errors
    /// [`Error::UnsupportedOrder`] and [`Error::InvalidConfig`] for bad settings.
    pub(crate) fn relative_noise<R: Real>(&self) -> Result<R, Error> {
        if let Method::Central(order) = self.method
            && !matches!(order, 2 | 4 | 6 | 8)
        {
            return Err(Error::UnsupportedOrder { order, supported: "2, 4, 6, 8" });
        }
        match self.noise {
            None => Ok(R::epsilon()),
            Some(relative) if relative >= 0.0 && relative.is_finite() => Ok(R::narrow(relative).max(R::epsilon())),
            Some(relative) => Err(Error::InvalidConfig {
                field: "noise",
                expected: "a finite number that is not negative",
                found: relative.to_string(),
            }),
        }
    }

    /// The order of the formula.
    pub(crate) fn formula_order(&self) -> usize {
        match self.method {
            Method::Forward => 1,
            Method::Central(order) => order,
            Method::Ridders => 2,
        }
    }

    /// The default step, as a multiple of `max(|x|, 1)`.
    pub(crate) fn default_step<R: Real>(&self, noise: R, degree: i32) -> R {
        match self.method {
            Method::Ridders => R::narrow(FIRST_STEP),
            Method::Forward | Method::Central(_) => {
                noise.powf(R::narrow((self.formula_order() as f64 + f64::from(degree)).recip()))
            }
        }
    }
}

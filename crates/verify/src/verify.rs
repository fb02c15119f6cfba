//! `verify(&f)`: a user's own function, checked.

use anygrad_core::{Backend, Differentiable, Error};

use crate::engine::{Subject, examine};
use crate::{Bounded, ClosedForm, Exact, Panel, Report, Witness};

/// Starts a verification without respondents; add backends with [`Verify::with`].
///
/// ```
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_forward::Forward;
/// use anygrad_verify::{ClosedForm, verify};
///
/// /// `f(x, y) = x²·y`.
/// struct Square;
/// impl Differentiable for Square {
///     type Input = [f64; 2];
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, [x, y]: &[S; 2]) -> S {
///         *x * *x * *y
///     }
/// }
///
/// let by_hand = ClosedForm::default().jacobian(|[x, y]: &[f64; 2]| vec![2.0 * x * y, x * x]);
/// let report = verify(&Square).at(&[3.0, 4.0]).with(Forward::new()).closed_form(&by_hand).run()?;
/// report.assert_agree();
/// assert_eq!(report.summary().disagree, 0);
/// # Ok::<(), anygrad_core::Error>(())
/// ```
pub fn verify<F: Differentiable>(function: &F) -> Verify<'_, F, ()> {
    verify_with((), function)
}

/// Starts a verification with a panel of respondents.
///
/// ```
/// use anygrad_core::{Differentiable, Scalar};
/// use anygrad_forward::Forward;
/// use anygrad_verify::{Exact, verify_with};
///
/// struct Cube;
/// impl Differentiable for Cube {
///     type Input = f64;
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
///         x.powi(3)
///     }
/// }
///
/// let panel = (Exact::new(Forward::new()), Exact::named("forward/1", Forward::with_chunk::<1>()));
/// verify_with(panel, &Cube).at(&2.0).run()?.assert_agree();
/// # Ok::<(), anygrad_core::Error>(())
/// ```
pub fn verify_with<F: Differentiable, P: Panel>(panel: P, function: &F) -> Verify<'_, F, P> {
    let name = std::any::type_name::<F>();
    let end = name.find('<').unwrap_or(name.len());
    let start = name[..end].rfind("::").map_or(0, |colons| colons + 2);
    Verify {
        name: name[start..end].to_owned(),
        function,
        points: Vec::new(),
        panel,
        closed_form: None,
        direction: None,
        weights: None,
    }
}

/// A verification under construction; [`run`](Self::run) carries it out.
#[must_use = "nothing is checked before `run`"]
pub struct Verify<'a, F: Differentiable, P> {
    name: String,
    function: &'a F,
    points: Vec<&'a F::Input>,
    panel: P,
    closed_form: Option<&'a ClosedForm<F::Input>>,
    direction: Option<&'a F::Input>,
    weights: Option<&'a F::Output>,
}

impl<'a, F: Differentiable, P: Panel> Verify<'a, F, P> {
    /// At this point; call it again for more points.
    pub fn at(mut self, point: &'a F::Input) -> Self {
        self.points.push(point);
        self
    }

    /// Under this name in the report; otherwise it is the function's type.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// With one more backend.
    pub fn with<B: Backend>(self, backend: B) -> Verify<'a, F, (P, Exact<B>)> {
        self.join(Exact::new(backend))
    }

    /// With one more method that reports error bounds.
    pub fn with_witness<W: Witness>(self, witness: W) -> Verify<'a, F, (P, Bounded<W>)> {
        self.join(Bounded(witness))
    }

    /// With one more panel.
    pub fn join<Q: Panel>(self, more: Q) -> Verify<'a, F, (P, Q)> {
        let Self { name, function, points, panel, closed_form, direction, weights } = self;
        Verify { name, function, points, panel: (panel, more), closed_form, direction, weights }
    }

    /// Against this closed form.
    pub fn closed_form(mut self, closed_form: &'a ClosedForm<F::Input>) -> Self {
        self.closed_form = Some(closed_form);
        self
    }

    /// Along this tangent; otherwise along a fixed one with both signs.
    pub fn along(mut self, direction: &'a F::Input) -> Self {
        self.direction = Some(direction);
        self
    }

    /// With these weights of the outputs; otherwise with fixed ones of both signs.
    pub fn weighted(mut self, weights: &'a F::Output) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Asks everyone every operator that fits the function's shape, and compares all pairs.
    ///
    /// # Errors
    /// [`Error::InvalidConfig`] without a point, or with fewer than two sides to compare.
    pub fn run(mut self) -> Result<Report, Error> {
        if self.points.is_empty() {
            return Err(Error::InvalidConfig { field: "points", expected: "at least one", found: "none".to_owned() });
        }
        let respondents = self.panel.names();
        if respondents.len() + usize::from(self.closed_form.is_some()) < 2 {
            let found = respondents.first().map_or("none", String::as_str).to_owned();
            return Err(Error::InvalidConfig { field: "panel", expected: "two sides to compare", found });
        }
        let mut report = Report::default();
        for (index, &point) in self.points.iter().enumerate() {
            let subject = Subject {
                label: &label(&self.name, index, self.points.len()),
                function: self.function,
                point,
                direction: self.direction,
                weights: self.weights,
                closed_form: self.closed_form,
                exact_only: false,
                max_order: 2,
            };
            examine(&subject, &mut self.panel, &mut report.checks);
        }
        Ok(report)
    }
}

/// The name, with the number of the point if there are several.
pub(crate) fn label(name: &str, index: usize, points: usize) -> String {
    if points > 1 { format!("{name}@{index}") } else { name.to_owned() }
}

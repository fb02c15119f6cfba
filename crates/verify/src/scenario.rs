//! `Scenario`: a function with its points and closed form.

use anygrad_core::{Differentiable, Leaf, Tree};

use crate::engine::{Subject, examine, of_its_input};
use crate::verify::label;
use crate::{Check, ClosedForm, Operator, Panel};

/// A named function, the points it is checked at, and its derivatives written out by hand.
pub struct Scenario<F: Differentiable> {
    /// The name, with a slash between family and member: `gate/tanh`.
    pub name: String,
    /// The function.
    pub function: F,
    /// The points.
    pub points: Vec<F::Input>,
    /// The closed form; empty where there is none.
    pub closed_form: ClosedForm<F::Input>,
    /// The tangent `v` of `directional`, `pushforward` and `hvp`; a fixed one if there is none.
    pub direction: Option<F::Input>,
    /// Whether only exact modes are compared, since the points are singular.
    pub exact_only: bool,
    /// The highest order of derivatives that is asked for: 2 unless the second ones are not defined at the points.
    pub max_order: i32,
}

/// Someone who looks at scenarios: functions of different types come to one generic method.
pub trait Visitor {
    /// Called once for each scenario.
    fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>);
}

impl<F: Differentiable> Scenario<F> {
    /// A scenario without points or closed form.
    pub fn new(name: impl Into<String>, function: F) -> Self {
        Self {
            name: name.into(),
            function,
            points: Vec::new(),
            closed_form: ClosedForm::default(),
            direction: None,
            exact_only: false,
            max_order: 2,
        }
    }

    /// With one more point.
    #[must_use]
    pub fn at(mut self, point: F::Input) -> Self {
        self.points.push(point);
        self
    }

    /// Along this tangent.
    #[must_use]
    pub fn along(mut self, direction: F::Input) -> Self {
        self.direction = Some(direction);
        self
    }

    /// With the value's closed form, `m` numbers.
    #[must_use]
    pub fn value(mut self, formula: impl Fn(&F::Input) -> Vec<f64> + 'static) -> Self {
        self.closed_form = self.closed_form.value(formula);
        self
    }

    /// With the Jacobian's closed form, `m×n` row by row.
    #[must_use]
    pub fn jacobian(mut self, formula: impl Fn(&F::Input) -> Vec<f64> + 'static) -> Self {
        self.closed_form = self.closed_form.jacobian(formula);
        self
    }

    /// With the closed form of the second derivatives: `n×n` for one output, `m` numbers for one input.
    #[must_use]
    pub fn curvature(mut self, formula: impl Fn(&F::Input) -> Vec<f64> + 'static) -> Self {
        self.closed_form = self.closed_form.curvature(formula);
        self
    }

    /// With singular points: only exact modes are compared.
    #[must_use]
    pub fn singular(mut self) -> Self {
        self.exact_only = true;
        self
    }

    /// With points that have first derivatives and no second ones.
    #[must_use]
    pub fn first_order(mut self) -> Self {
        self.max_order = 1;
        self
    }

    /// Whether an operator is defined for the function's shape at a point.
    pub fn fits(&self, operator: Operator, point: &F::Input) -> bool {
        let outputs = F::Output::count::<Leaf<F>>(&self.function.call::<Leaf<F>>(point));
        operator.fits(F::Input::count::<Leaf<F>>(point), outputs)
            && of_its_input::<F>(operator)
            && operator.order() <= self.max_order
    }

    /// Asks the panel everything at every point.
    pub fn run<P: Panel>(&self, panel: &mut P) -> Vec<Check> {
        let mut checks = Vec::new();
        for (index, point) in self.points.iter().enumerate() {
            let subject = Subject {
                label: &label(&self.name, index, self.points.len()),
                function: &self.function,
                point,
                direction: self.direction.as_ref(),
                weights: None,
                closed_form: Some(&self.closed_form),
                exact_only: self.exact_only,
                max_order: self.max_order,
            };
            examine(&subject, panel, &mut checks);
        }
        checks
    }
}

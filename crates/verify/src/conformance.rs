//! One backend against everything that is known: gates, scenarios, edge points.

use anygrad_core::{Backend, Differentiable};

use crate::{Check, Exact, Operator, Reason, Report, Scenario, Visitor};

/// Tests that run a backend against every gate sample, every scenario and the edge points, at every operator, and compare
/// with the closed forms.
///
/// One line in a file under `tests/` of the backend's crate makes the tests `gates`, `functions` and `edges`. A check that
/// fails is named in the panic; what the backend can't do, or what has no closed form, is printed as a skip.
///
/// ```
/// use anygrad_forward::Forward;
///
/// anygrad_verify::conformance!(Forward::new());
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance {
    ($backend:expr) => {
        #[test]
        fn gates() {
            $crate::conformance::gates($backend);
        }

        #[test]
        fn functions() {
            $crate::conformance::functions($backend);
        }

        #[test]
        fn edges() {
            $crate::conformance::edges($backend);
        }
    };
}

/// Every gate of the table at ordinary points.
///
/// # Panics
/// With the checks that fail.
pub fn gates<B: Backend>(backend: B) {
    let mut examination = Examination::new(backend);
    crate::scenarios::gates(&mut examination);
    examination.conclude();
}

/// Every scenario that is a program of several gates.
///
/// # Panics
/// With the checks that fail.
pub fn functions<B: Backend>(backend: B) {
    let mut examination = Examination::new(backend);
    crate::scenarios::functions(&mut examination);
    examination.conclude();
}

/// Every gate of the table at the hard points.
///
/// # Panics
/// With the checks that fail.
pub fn edges<B: Backend>(backend: B) {
    let mut examination = Examination::new(backend);
    crate::scenarios::edges(&mut examination);
    examination.conclude();
}

/// A backend under examination.
struct Examination<B> {
    panel: Exact<B>,
    name: String,
    report: Report,
}

impl<B: Backend> Examination<B> {
    fn new(backend: B) -> Self {
        let name = backend.name().to_owned();
        Self { panel: Exact::named(name.clone(), backend), name, report: Report::default() }
    }

    fn conclude(self) {
        for check in self.report.inconclusive() {
            if let Some(reason @ Reason::Unsupported(_)) = check.verdict.reason() {
                println!("skip: {} · {}: {reason}", check.scenario, check.operator);
            }
        }
        println!("{}: {}", self.name, self.report.summary());
        self.report.assert_agree();
    }

    /// Says which operators were asked of nobody but the backend itself.
    fn print_skips<F: Differentiable>(&self, scenario: &Scenario<F>, checks: &[Check]) {
        let open = |operator: &Operator| {
            checks.iter().all(|check| check.operator != *operator)
                && scenario.points.iter().any(|point| scenario.fits(*operator, point))
        };
        let operators: Vec<&str> = Operator::ALL.into_iter().filter(open).map(Operator::name).collect();
        if !operators.is_empty() {
            println!("skip: {} · {}: no closed form", scenario.name, operators.join(", "));
        }
    }
}

impl<B: Backend> Visitor for Examination<B> {
    fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>) {
        let mut checks = scenario.run(&mut self.panel);
        let name = &self.name;
        checks.retain(|check| check.backend == *name || check.against == *name);
        self.print_skips(scenario, &checks);
        self.report.checks.extend(checks);
    }
}

//! `ode`.

use serde_json::{Value, json};

use super::super::library::{Function, Library};
use super::super::number::Number;
use super::{Order, differentiated, plain};
use crate::evals::ode::{Last, read};
use crate::{Error, Job};

/// `y` after steps of the given lengths, by the classical method of Runge and Kutta.
///
/// Component `i` of a stage needs component `i − 1` of the one before, in one pass.
fn solution<N: Number>(x: &[N], steps: &[f64]) -> Vec<N> {
    let mut y = vec![x[0].constant(0.0); x.len()];
    for &h in steps {
        let mut before = [x[0].constant(1.0); 4];
        for (&x, y) in x.iter().zip(&mut y) {
            let [k1, k2, k3, k4] = before.map(|before| x * before);
            before = [*y, *y + k1.scale(0.5 * h), *y + k2.scale(0.5 * h), *y + k3.scale(h)];
            *y = *y + (k1 + (k2 + k3).scale(2.0) + k4).scale(h / 6.0);
        }
    }
    y
}

impl Function for Last {
    fn call<N: Number>(&self, x: &[N]) -> N {
        let y = solution(x, &self.steps);
        y[y.len() - 1]
    }
}

pub(super) fn prepare<L: Library>(order: Order, input: Value) -> Result<Box<dyn Job>, Error> {
    let (f, x) = read(input)?;
    match order {
        Order::Primal => Ok(plain::<L, _>(move || solution(&x, &f.steps))),
        Order::Derivative => differentiated::<L>(order, f, x, |gradient| json!(gradient)),
    }
}

//! Every row of the gate table at ordinary points.

use anygrad_core::gates;
use anygrad_core::{Binary, BinaryOp, Differentiable, Nary, Real, Scalar, Unary, UnaryOp};

use super::{matrix, step};
use crate::{Scenario, Visitor};

mod binary;
mod unary;

/// A row of one argument as a function.
pub(super) struct UnaryGate<R>(pub(super) UnaryOp<R>);

impl<R: Real> Differentiable for UnaryGate<R> {
    type Input = R;
    type Output = R;

    fn call<S: Scalar<Real = R>>(&self, x: &S) -> S {
        x.unary(self.0)
    }
}

/// A row of two arguments as a function.
pub(super) struct BinaryGate(pub(super) BinaryOp);

impl Differentiable for BinaryGate {
    type Input = [f64; 2];
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, [a, b]: &[S; 2]) -> S {
        a.binary(self.0, *b)
    }
}

/// A row of any number of arguments as a function.
pub(super) struct NaryGate<G>(pub(super) G);

impl<G: Nary<f64>> Differentiable for NaryGate<G> {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, args: &Vec<S>) -> S {
        S::nary(self.0, args)
    }
}

pub(super) fn each(visitor: &mut impl Visitor) {
    unary_rows::<f64>(visitor, "gate");
    unary_rows::<f32>(visitor, "gate/f32");
    binary_rows(visitor);
    nary_rows(visitor);
}

/// Where in its interval a gate is looked at; no simple fractions, so that no middle is hit.
const PLACES: [f64; 3] = [0.11, 0.43, 0.87];

fn within([low, high]: [f64; 2], place: f64) -> f64 {
    low + (high - low) * place
}

fn unary_rows<R: Real>(visitor: &mut impl Visitor, family: &str) {
    for (op, interval) in UnaryOp::<R>::samples() {
        let name = Unary::<R>::name(op);
        let mut scenario = Scenario::new(format!("{family}/{name}"), UnaryGate(op));
        for place in PLACES {
            scenario = scenario.at(R::narrow(within(interval, place)));
        }
        // No difference of values shows that a number counts as constant.
        scenario.exact_only = matches!(op, UnaryOp::Detach(_));
        if unary::closed_form(name, 1.0).is_some() {
            let at =
                move |order: usize| move |x: &R| unary::closed_form(name, x.widen()).map_or(vec![], |y| vec![y[order]]);
            scenario = scenario.value(at(0)).jacobian(at(1)).curvature(at(2));
        }
        visitor.visit(&scenario);
    }
}

fn binary_rows(visitor: &mut impl Visitor) {
    for &(op, [left, right]) in BinaryOp::SAMPLES {
        let name = Binary::<f64>::name(op);
        let mut scenario = Scenario::new(format!("gate/{name}"), BinaryGate(op))
            .at([within(left, 0.13), within(right, 0.71)])
            .at([within(left, 0.83), within(right, 0.29)]);
        if binary::closed_form(name, 1.0, 1.0).is_some() {
            let at = move |&[a, b]: &[f64; 2]| binary::closed_form(name, a, b).unwrap_or([f64::NAN; 6]);
            scenario = scenario
                .value(move |point| vec![at(point)[0]])
                .jacobian(move |point| at(point)[1..3].to_vec())
                .curvature(move |point| {
                    let [_, _, _, aa, ab, bb] = at(point);
                    vec![aa, ab, ab, bb]
                });
        }
        visitor.visit(&scenario);
    }
}

/// The rows of any number of arguments. A test keeps this list and the table's the same.
fn nary_rows(visitor: &mut impl Visitor) {
    let terms = || vec![0.5, -1.25, 2.0, 0.75, -0.3];
    let (pairs, ones) = (vec![0.5, -1.25, 2.0, 0.75, -0.3, 1.5], |x: &Vec<f64>| vec![1.0; x.len()]);
    let flat = |x: &Vec<f64>| vec![0.0; x.len() * x.len()];
    let sum = Scenario::new("gate/sum", NaryGate(gates::SumOf)).at(terms()).at(vec![]);
    visitor.visit(&sum.value(|x| vec![x.iter().sum()]).jacobian(ones).curvature(flat));
    let without = |x: &[f64], i: usize, j: usize| -> f64 {
        x.iter().enumerate().filter(|&(k, _)| k != i && k != j).map(|(_, x)| x).product()
    };
    visitor.visit(
        &Scenario::new("gate/product", NaryGate(gates::ProductOf))
            .at(terms())
            .at(vec![0.0, 2.0, 0.0])
            .value(|x| vec![x.iter().product()])
            .jacobian(move |x| (0..x.len()).map(|i| without(x, i, i)).collect())
            .curvature(move |x| matrix(x.len(), |i, j| if i == j { 0.0 } else { without(x, i, j) })),
    );
    visitor.visit(
        &Scenario::new("gate/dot", NaryGate(gates::Dot))
            .at(pairs)
            .value(|x| vec![(0..x.len() / 2).map(|i| x[i] * x[i + x.len() / 2]).sum()])
            .jacobian(|x| (0..x.len()).map(|i| x[(i + x.len() / 2) % x.len()]).collect())
            .curvature(|x| matrix(x.len(), |i, j| step(i.abs_diff(j) == x.len() / 2))),
    );
    norm_and_logsumexp(visitor, terms());
    let mul_add = Scenario::new("gate/mul_add", NaryGate(gates::MulAdd)).at(vec![1.5, -0.75, 2.0]);
    visitor.visit(
        &mul_add
            .value(|x| vec![x[0] * x[1] + x[2]])
            .jacobian(|x| vec![x[1], x[0], 1.0])
            .curvature(|_| matrix(3, |i, j| step(i != j && i + j == 1))),
    );
    choices(visitor);
}

/// `√Σx²`: `xᵢ/r` and `(δᵢⱼ − xᵢxⱼ/r²)/r`; `ln Σ exp`: `pᵢ` and `pᵢ(δᵢⱼ − pⱼ)`.
fn norm_and_logsumexp(visitor: &mut impl Visitor, terms: Vec<f64>) {
    let radius = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    let share = |x: &[f64], i: usize| x.iter().map(|y| (y - x[i]).exp()).sum::<f64>().recip();
    visitor.visit(
        &Scenario::new("gate/norm", NaryGate(gates::Norm))
            .at(terms.clone())
            .value(move |x| vec![radius(x)])
            .jacobian(move |x| x.iter().map(|part| part / radius(x)).collect())
            .curvature(move |x| {
                let r = radius(x);
                matrix(x.len(), |i, j| (step(i == j) - x[i] * x[j] / (r * r)) / r)
            }),
    );
    visitor.visit(
        &Scenario::new("gate/logsumexp", NaryGate(gates::Logsumexp))
            .at(terms)
            .value(|x| vec![x.iter().map(|x| x.exp()).sum::<f64>().ln()])
            .jacobian(move |x| (0..x.len()).map(|i| share(x, i)).collect())
            .curvature(move |x| matrix(x.len(), |i, j| share(x, i) * (step(i == j) - share(x, j)))),
    );
}

/// A choice has the partials of what it chooses.
fn choices(visitor: &mut impl Visitor) {
    let middle = |x: &[f64]| if x[0] < x[1] { 1 } else { usize::from(x[0] > x[2]) * 2 };
    let chosen = |x: &[f64]| if x[0] > 0.0 { 1 } else { 2 };
    visitor.visit(
        &Scenario::new("gate/clamp", NaryGate(gates::Clamp))
            .at(vec![0.5, -1.0, 1.0])
            .at(vec![-1.5, -1.0, 1.0])
            .at(vec![1.75, -1.0, 1.0])
            .value(move |x| vec![x[middle(x)]])
            .jacobian(move |x| (0..3).map(|i| step(i == middle(x))).collect())
            .curvature(|_| vec![0.0; 9]),
    );
    visitor.visit(
        &Scenario::new("gate/select", NaryGate(gates::Select))
            .at(vec![0.5, -1.25, 2.0])
            .at(vec![-0.5, -1.25, 2.0])
            .value(move |x| vec![x[chosen(x)]])
            .jacobian(move |x| (0..3).map(|i| step(i == chosen(x))).collect())
            .curvature(|_| vec![0.0; 9]),
    );
}

#[cfg(test)]
mod tests {
    use anygrad_core::{Nary, NaryOp};

    use super::*;

    struct Names(Vec<String>);

    impl Visitor for Names {
        fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>) {
            self.0.push(scenario.name.clone());
        }
    }

    #[test]
    fn nary_rows_are_all_here() {
        let mut names = Names(Vec::new());
        nary_rows(&mut names);
        let rows: Vec<String> =
            NaryOp::SAMPLES.iter().map(|(op, _)| format!("gate/{}", Nary::<f64>::name(*op))).collect();
        assert_eq!(names.0, rows);
    }

    #[test]
    fn every_row_has_a_closed_form() {
        for (op, [low, high]) in UnaryOp::<f64>::samples() {
            let name = Unary::<f64>::name(op);
            assert!(unary::closed_form(name, 0.5 * (low + high)).is_some(), "{name}");
        }
        for (op, _) in BinaryOp::SAMPLES {
            let name = Binary::<f64>::name(*op);
            assert!(binary::closed_form(name, 0.5, 1.5).is_some(), "{name}");
        }
    }
}

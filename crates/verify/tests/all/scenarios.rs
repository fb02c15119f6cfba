//! The scenarios themselves: enough of them, distinct, and closed forms that agree with each other and with the literature.

use anygrad_core::{Differentiable, Leaf, Tree};
use anygrad_verify::{Operator, Question, Scenario, Visitor, scenarios};

/// Runs a function on each scenario's name and its closed form's answer to an operator, at each point.
struct Look<'a> {
    operator: Operator,
    see: &'a mut dyn FnMut(&str, usize, Option<Vec<f64>>),
}

impl Visitor for Look<'_> {
    fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>) {
        for (index, point) in scenario.points.iter().enumerate() {
            let weights = scenario.function.call::<Leaf<F>>(point);
            if !self.operator.fits(F::Input::count::<Leaf<F>>(point), F::Output::count::<Leaf<F>>(&weights)) {
                continue;
            }
            let direction = scenario.direction.as_ref().unwrap_or(point);
            let question = Question {
                function: &scenario.function,
                point,
                operator: self.operator,
                direction,
                weights: &weights,
                only: None,
            };
            (self.see)(&scenario.name, index, scenario.closed_form.numbers(&question));
        }
    }
}

/// The closed form of a scenario at its first point.
fn closed_form(name: &str, operator: Operator) -> Vec<f64> {
    let mut found = Vec::new();
    scenarios::functions(&mut Look {
        operator,
        see: &mut |scenario, index, numbers| {
            if scenario == name && index == 0 {
                found = numbers.unwrap_or_default();
            }
        },
    });
    found
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1e-3), "{found:?} instead of {expected:?}");
    }
}

#[test]
fn names_are_distinct_and_many() {
    let mut names = Vec::new();
    let mut look = |name: &str, index: usize, _: Option<Vec<f64>>| {
        if index == 0 {
            names.push(name.to_owned());
        }
    };
    scenarios::functions(&mut Look { operator: Operator::Value, see: &mut look });
    assert_eq!(names.first().map(String::as_str), Some("neuron/composed"));
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "two scenarios of one name");
    assert!(count >= 20, "found {count} scenarios");
}

#[test]
fn every_function_has_its_value_and_jacobian_in_closed_form() {
    for operator in [Operator::Value, Operator::Jacobian] {
        let mut see = |name: &str, _, numbers: Option<Vec<f64>>| assert!(numbers.is_some(), "{name} has no {operator}");
        scenarios::functions(&mut Look { operator, see: &mut see });
    }
}

#[test]
fn every_function_with_one_output_has_its_hessian_in_closed_form() {
    let mut see = |name: &str, _, numbers: Option<Vec<f64>>| {
        assert!(numbers.is_some() || name.starts_with("vector/"), "{name} has no hessian");
    };
    scenarios::functions(&mut Look { operator: Operator::Hessian, see: &mut see });
}

#[test]
fn the_neuron_has_the_numbers_of_its_source() {
    assert_close(&closed_form("neuron/composed", Operator::Value), &[0.8807970779778823], 1e-15);
    let gradient = [-0.1049935854035065, 0.3149807562105195, 0.1049935854035065, 0.1049935854035065, 0.209987170807013];
    assert_close(&closed_form("neuron/composed", Operator::Gradient), &gradient, 1e-14);
    assert_close(&closed_form("neuron/fused", Operator::Gradient), &gradient, 1e-14);
}

#[test]
fn the_neurons_hessian_has_the_numbers_of_the_table() {
    let row_a =
        [-0.07996250105615312, 0.23988750316845936, 0.07996250105615312, 0.18495608645965972, 0.15992500211230623];
    assert_close(&closed_form("neuron/composed", Operator::Hessian)[..5], &row_a, 1e-14);
    let product =
        [-0.22980658500182893, 1.1093940966195133, 0.43979375580884217, 0.5447873412123487, 0.7745939262141777];
    assert_close(&closed_form("neuron/composed", Operator::Hvp), &product, 1e-14);
}

#[test]
fn the_circuits_have_the_numbers_of_their_source() {
    assert_close(&closed_form("circuit/add_multiply", Operator::Gradient), &[-4.0, -4.0, 3.0], 0.0);
    assert_close(&closed_form("circuit/squared_chain", Operator::Gradient), &[320.0, 160.0, 160.0, 200.0], 0.0);
    assert_close(&closed_form("circuit/hinge", Operator::Value), &[1.815], 1e-15);
    assert_close(&closed_form("circuit/hinge", Operator::Gradient), &[-1.48, -0.16, 0.0], 1e-14);
    assert_close(&closed_form("circuit/micrograd", Operator::Value), &[24.70408163265306], 1e-15);
    assert_close(
        &closed_form("circuit/micrograd", Operator::Gradient),
        &[138.83381924198252, 645.5772594752186],
        1e-14,
    );
}

#[test]
fn third_derivatives_of_exp_xy_are_8_and_4_times_e_squared() {
    let mixed = closed_form("second_order/exp_product_mixed", Operator::Gradient);
    assert_close(&mixed, &[59.1124487914452, 29.5562243957226], 1e-14);
}

#[test]
fn two_ways_to_write_a_function_have_one_closed_form() {
    for operator in [Operator::Value, Operator::Gradient, Operator::Hessian] {
        for (one, other) in [
            ("neuron/composed", "neuron/fused"),
            ("logsumexp/gate", "logsumexp/composed"),
            ("speelpenning/chain", "speelpenning/gate"),
        ] {
            assert_eq!(closed_form(one, operator), closed_form(other, operator), "{one} and {other}: {operator}");
        }
    }
}

#[test]
fn hessians_are_symmetric() {
    let mut see = |name: &str, _, numbers: Option<Vec<f64>>| {
        let Some(hessian) = numbers else { return };
        let n = (0..=hessian.len()).find(|n| n * n == hessian.len()).expect("a square");
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let (upper, lower) = (hessian[i * n + j], hessian[j * n + i]);
            assert!((upper - lower).abs() <= 1e-14 * upper.abs(), "{name}: ({i}, {j})");
        }
    };
    scenarios::functions(&mut Look { operator: Operator::Hessian, see: &mut see });
}

#[test]
fn the_rows_of_the_softmax_jacobian_sum_to_zero() {
    let jacobian = closed_form("vector/softmax", Operator::Jacobian);
    for row in jacobian.chunks(4) {
        assert!(row.iter().sum::<f64>().abs() < 1e-16);
    }
}

//! Where sides part that disagree: the gate, its arguments, both partials and the line.

use std::panic::Location;

use crate::common::parting;
use anygrad_core::{Differentiable, Real, Scalar, Unary};
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use anygrad_verify::self_test::{Fault, Planted};
use anygrad_verify::{Check, ClosedForm, DIFFERENCES, Operator, Parting, Place, RULE, Report, Side, Site, verify};

const FIRST: u32 = line!() + 9;

/// `tanh(x·w) + w`, each gate on a line of its own.
struct Model;

impl Differentiable for Model {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[x, w]: &[S; 2]) -> S {
        let product = x * w;
        let squashed = product.tanh();
        squashed + w
    }
}

const AT: [f64; 2] = [0.25, 2.0];

fn partings(report: &Report) -> Vec<Parting> {
    report.disagreements().map(|check| check.parting.clone().unwrap_or_else(|| panic!("{check}: nowhere"))).collect()
}

fn location(site: &Site) -> &'static Location<'static> {
    match site.place {
        Place::Line(location) => location,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_gate_is_named_with_arguments_partials_and_line() {
    let wrong = Planted { gate: "tanh", fault: Fault::Double };
    let report = verify(&Model).at(&AT).with(Forward::new()).with(wrong).run().expect("two sides");
    let Parting::Gate { site, operator: Operator::Gradient, sides } = parting(&report) else { panic!("{report}") };
    assert_eq!((site.gate, site.at.as_slice()), ("tanh", &[0.5][..]));
    assert_eq!((location(&site).file(), location(&site).line()), (file!(), FIRST + 1));
    // tanh′ ½ = 1/cosh² ½.
    let slope = 0.5_f64.cosh().powi(-2);
    let [right, wrong] = &sides;
    assert_eq!((right.name.as_str(), wrong.name.as_str()), ("forward", "planted"));
    assert!((right.numbers[0] - slope).abs() < 1e-15 && (wrong.numbers[0] - 2.0 * slope).abs() < 1e-15);
    let line = format!(
        "parts at tanh(0.5) at {}:{}: forward {:?}, planted {:?}",
        file!(),
        FIRST + 1,
        right.numbers[0],
        wrong.numbers[0]
    );
    assert!(report.to_string().lines().any(|printed| printed.trim() == line), "{report}");
}

#[test]
fn against_a_closed_form_stand_differences() {
    let by_hand = ClosedForm::default().jacobian(|&[x, w]: &[f64; 2]| {
        let slope = (x * w).cosh().powi(-2);
        vec![slope * w, slope * x + 1.0]
    });
    let wrong = Planted { gate: "add", fault: Fault::Sign };
    let report = verify(&Model).at(&AT).with(wrong).closed_form(&by_hand).run().expect("two sides");
    let Parting::Gate { site, sides: [planted, differences], .. } = parting(&report) else { panic!("{report}") };
    assert_eq!((site.gate, location(&site).line()), ("add", FIRST + 2));
    assert_eq!(planted.numbers, [1.0, -1.0]);
    assert_eq!(differences.name, DIFFERENCES);
    assert!(differences.numbers.iter().all(|one| (one - 1.0).abs() < 1e-9), "{differences:?}");
}

#[test]
fn a_wrong_closed_form_parts_at_no_gate() {
    let by_hand = ClosedForm::default().jacobian(|_: &[f64; 2]| vec![1.0, 1.0]);
    let report = verify(&Model).at(&AT).with(Forward::new()).closed_form(&by_hand).run().expect("two sides");
    assert_eq!(parting(&report), Parting::Nowhere { gates: 3, differences: true, sums: false, own: Vec::new() });
    let line = "parts at no gate: each of 3 alone agrees with differences of its value";
    assert!(report.to_string().lines().any(|printed| printed.trim() == line), "{report}");
}

/// `x²` with the derivative of `x³`.
#[derive(Clone, Copy, Debug)]
struct Square;

impl<R: Real> Unary<R> for Square {
    fn name(self) -> &'static str {
        "square"
    }
    fn value(self, x: R) -> R {
        x * x
    }
    fn partial<T: Scalar<Real = R>>(self, x: T, _y: T) -> T {
        x * x * R::narrow(3.0)
    }
}

/// `sin(x²)` through a gate of its own.
struct OfSquare;

impl Differentiable for OfSquare {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        x.unary(Square).sin()
    }
}

/// The tanh of a user, whose rule is right.
#[derive(Clone, Copy, Debug)]
struct Squash;

impl<R: Real> Unary<R> for Squash {
    fn name(self) -> &'static str {
        "squash"
    }
    fn value(self, x: R) -> R {
        x.tanh()
    }
    fn partial<T: Scalar<Real = R>>(self, _x: T, y: T) -> T {
        -(y * y) + R::one()
    }
}

struct OfSquash;

impl Differentiable for OfSquash {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        (*x * 3.0).unary(Squash)
    }
}

#[test]
fn where_only_a_gate_of_ones_own_is_left_it_is_named() {
    let wrong = Planted { gate: "squash", fault: Fault::Double };
    let report = verify(&OfSquash).at(&0.5).with(Forward::new()).with(wrong).run().expect("two sides");
    let Parting::Nowhere { gates: 2, sums: true, own, .. } = parting(&report) else { panic!("{report}") };
    assert_eq!(own.iter().map(|site| (site.gate, site.at.as_slice())).collect::<Vec<_>>(), [("squash", &[1.5][..])]);
    assert!(report.to_string().contains("; not put to a backend alone: squash(1.5) at "), "{report}");
}

#[test]
fn a_gate_of_the_users_own_is_held_against_its_value() {
    let by_hand = ClosedForm::default().jacobian(|x: &f64| vec![2.0 * x * (x * x).cos()]);
    let report = verify(&OfSquare).at(&1.5).with(Reverse::new()).closed_form(&by_hand).run().expect("two sides");
    let Parting::Gate { site, sides: [rule, differences], .. } = parting(&report) else { panic!("{report}") };
    assert_eq!((site.gate, site.at.as_slice(), location(&site).file()), ("square", &[1.5][..], file!()));
    assert_eq!((rule.name.as_str(), rule.numbers.as_slice()), (RULE, &[6.75][..]));
    assert!((differences.numbers[0] - 3.0).abs() < 1e-9);
}

#[test]
fn a_backend_that_is_wrong_by_itself_parts_before_any_gate() {
    let zero = Planted { gate: "every gate", fault: Fault::Zero };
    let report = verify(&Model).at(&AT).with(Forward::new()).with(zero).run().expect("two sides");
    let side = |name: &str, numbers: [f64; 2]| Side { name: name.to_owned(), numbers: numbers.to_vec() };
    assert!(partings(&report).iter().all(|parting| matches!(parting, Parting::Input { .. })), "{report}");
    let Parting::Input { index, sides } = parting(&report) else { panic!("{report}") };
    let unit = std::array::from_fn(|i| if i == index { 1.0 } else { 0.0 });
    assert_eq!(sides, [side("forward", unit), side("planted", [0.0; 2])]);
}

#[test]
fn second_derivatives_part_at_the_gate_too() {
    let wrong = Planted { gate: "tanh", fault: Fault::Double };
    let report = verify(&Model).at(&AT).with(Forward::new()).with(wrong).run().expect("two sides");
    let second: Vec<&Check> = report.disagreements().filter(|check| check.operator.order() == 2).collect();
    assert!(!second.is_empty());
    for check in second {
        assert_eq!(check.parting.as_ref().and_then(Parting::site).map(|site| site.gate), Some("tanh"), "{check}");
    }
}

#[test]
fn the_terms_of_an_iterators_sum_have_no_line() {
    struct Sum;
    impl Differentiable for Sum {
        type Input = [f64; 2];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &[S; 2]) -> S {
            x.iter().sum()
        }
    }
    let wrong = Planted { gate: "add", fault: Fault::Sign };
    let report = verify(&Sum).at(&AT).with(Forward::new()).with(wrong).run().expect("two sides");
    assert_eq!(parting(&report).site().map(|site| site.place), Some(Place::Unknown));
}

/// Five hundred times `x ← asin(sin x)`, in single precision, then `√x`.
struct Long;

impl Differentiable for Long {
    type Input = f32;
    type Output = f32;
    fn call<S: Scalar<Real = f32>>(&self, x: &S) -> S {
        (0..500).fold(*x, |x, _| x.sin().asin()).sqrt()
    }
}

#[test]
fn in_a_long_function_of_single_precision_too() {
    let wrong = Planted { gate: "sqrt", fault: Fault::Double };
    let report = verify(&Long).at(&0.5).with(Reverse::new()).with(wrong).run().expect("two sides");
    let Parting::Gate { site, .. } = parting(&report) else { panic!("{report}") };
    assert!(site.gate == "sqrt" && (site.at[0] - 0.5).abs() < 1e-3, "{site}");
}

#[test]
fn agreement_has_no_parting() {
    let report = verify(&Model).at(&AT).with(Forward::new()).with(Reverse::new()).run().expect("two sides");
    assert!(report.checks.iter().all(|check| check.parting.is_none()));
}

#[test]
fn a_value_that_the_closed_form_alone_has_wrong_parts_at_no_gate() {
    let by_hand = ClosedForm::default().value(|_: &[f64; 2]| vec![0.0]);
    let report = verify(&Model).at(&AT).with(Forward::new()).closed_form(&by_hand).run().expect("two sides");
    let of = |against: &str| -> Vec<Option<Parting>> {
        let wrong = report.disagreements().filter(|check| check.backend == against);
        wrong.map(|check| check.parting.clone()).collect()
    };
    let nowhere = Parting::Nowhere { gates: 3, differences: false, sums: false, own: Vec::new() };
    assert_eq!(of("forward"), [Some(nowhere)], "{report}");
    // Neither the plain value nor the closed form is someone to ask.
    assert_eq!(of("plain"), [None], "{report}");
}

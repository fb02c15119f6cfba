//! A backend that is wrong is named.

use crate::common::Bilinear;
use anygrad_core::{Backend, Differentiable, Error, In, Leaf, Mode, Out, Scalar, Tree};
use anygrad_forward::Forward;
use anygrad_verify::{Operator, Report, Verdict, verify};

/// What is wrong with the tangents.
#[derive(Clone, Copy, Debug)]
enum Plant {
    Sign,
    Factor,
    DroppedTerm,
    Zero,
    Nan,
    Failure,
}

/// Forward mode with a mistake in its tangents.
#[derive(Clone)]
struct Wrong(Plant);

impl Backend for Wrong {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "wrong"
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let dx = match self.0 {
            Plant::DroppedTerm => {
                let mut index = 0;
                F::Input::map::<T, T>(dx, &mut |tangent| {
                    index += 1;
                    if index == 2 { T::zero() } else { tangent }
                })
            }
            _ => F::Input::map::<T, T>(dx, &mut |tangent| tangent),
        };
        let (y, dy) = Forward::new().pushforward::<F, T>(f, x, &dx)?;
        let spoil = |tangent: T| match self.0 {
            Plant::Sign => -tangent,
            Plant::Factor => tangent + tangent,
            Plant::DroppedTerm | Plant::Failure => tangent,
            Plant::Zero => T::zero(),
            Plant::Nan => T::nan(),
        };
        if matches!(self.0, Plant::Failure) {
            return Err(Error::TapeFull { limit: 1 });
        }
        let dy = F::Output::map::<T, T>(&dy, &mut |tangent| spoil(tangent));
        Ok((y, dy))
    }
}

fn report(plant: Plant) -> Report {
    let by_hand = crate::common::bilinear();
    let builder = verify(&Bilinear).at(&[1.5, -2.0]).with(Forward::new()).with(Wrong(plant)).closed_form(&by_hand);
    builder.run().expect("three sides")
}

#[test]
fn every_mistake_is_a_disagreement_that_names_the_backend() {
    for plant in [Plant::Sign, Plant::Factor, Plant::DroppedTerm, Plant::Zero, Plant::Nan, Plant::Failure] {
        let report = report(plant);
        let wrong: Vec<_> = report.disagreements().collect();
        assert!(wrong.iter().all(|check| check.backend == "wrong" || check.against == "wrong"), "{plant:?}\n{report}");
        for operator in [Operator::Gradient, Operator::Jacobian, Operator::Directional, Operator::Pullback] {
            let found = |against: &str, backend: &str| {
                wrong
                    .iter()
                    .any(|check| check.operator == operator && check.against == against && check.backend == backend)
            };
            assert!(found("wrong", "forward"), "{plant:?} · {operator}: not seen against forward\n{report}");
            assert!(
                found("closed form", "wrong"),
                "{plant:?} · {operator}: not seen against the closed form\n{report}"
            );
        }
    }
}

#[test]
fn second_derivatives_are_checked_too() {
    let report = report(Plant::Factor);
    let found = report.disagreements().any(|check| check.operator == Operator::Hessian && check.backend == "wrong");
    assert!(found, "{report}");
}

#[test]
fn values_of_the_wrong_backend_are_right_and_agree() {
    let report = report(Plant::Sign);
    let values: Vec<_> = report.checks.iter().filter(|check| check.operator == Operator::Value).collect();
    // forward, wrong, plain, closed form: six pairs.
    assert_eq!(values.len(), 6);
    assert!(values.iter().all(|check| check.verdict == Verdict::Agree));
}

#[test]
#[should_panic(expected = "bilinear · gradient: forward against wrong: disagree")]
fn the_panic_names_scenario_operator_and_backends() {
    let builder = verify(&Bilinear).named("bilinear").at(&[1.5, -2.0]);
    builder.with(Forward::new()).with(Wrong(Plant::Sign)).run().expect("two sides").assert_agree();
}

#[test]
fn one_side_alone_is_an_error() {
    let alone = verify(&Bilinear).at(&[1.5, -2.0]).with(Forward::new()).run();
    let expected =
        Error::InvalidConfig { field: "panel", expected: "two sides to compare", found: "forward".to_owned() };
    assert_eq!(alone, Err(expected));
    let nowhere = verify(&Bilinear).with(Forward::new()).with(Wrong(Plant::Sign)).run();
    assert!(matches!(nowhere, Err(Error::InvalidConfig { field: "points", .. })));
}

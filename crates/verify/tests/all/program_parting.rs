//! Where the sides part in a random program.

use anygrad_forward::Forward;
use anygrad_verify::programs::{At, Case, examine};
use anygrad_verify::self_test::{Fault, Found, PLANTS, Planted};
use anygrad_verify::{Check, Exact, Parting, Place, Verdict};

#[test]
fn every_planted_fault_parts_at_its_gate() {
    for planted in PLANTS {
        let Found { program, point } = planted.find(&mut Exact::new(Forward::new())).expect("found by its test");
        let at = if planted.fault == Fault::FiniteEdge { At::Hard } else { At::Ordinary };
        let mut panel = (Exact::new(Forward::new()), Exact::new(*planted));
        let checks = examine("planted", &program, &point, at, &mut panel);
        let partings: Vec<&Parting> = checks.iter().filter_map(|check| check.parting.as_ref()).collect();
        assert!(!partings.is_empty(), "{planted:?}");
        for parting in partings {
            let expected = if planted.fault == Fault::Zero { None } else { Some(planted.gate) };
            assert_eq!(parting.site().map(|site| site.gate), expected, "{planted:?}: {parting}");
        }
    }
}

#[test]
fn a_long_program_need_not_be_shrunk() {
    let mut located = 0;
    for planted in PLANTS.iter().filter(|planted| !matches!(planted.fault, Fault::Zero | Fault::FiniteEdge)) {
        let mut panel = (Exact::new(Forward::new()), Exact::new(*planted));
        for index in 0..40 {
            let Case { program, point, .. } = Case::draw(3, index);
            let checks = examine("planted", &program, &point, At::Ordinary, &mut panel);
            // A second partial of cos, say, is one of sin.
            let wrong = |check: &&Check| check.verdict == Verdict::Disagree && check.operator.order() < 2;
            for check in checks.iter().filter(wrong) {
                let parting = check.parting.as_ref().unwrap_or_else(|| panic!("{check}: nowhere"));
                assert_eq!(parting.site().map(|site| site.gate), Some(planted.gate), "{planted:?}, {index}: {check}");
                located += 1;
            }
        }
    }
    assert!(located > 300, "{located}");
}

/// The gate of a random program is named by its value's number, as in the printed program.
#[test]
fn in_a_program_the_place_is_a_value() {
    let planted = Planted { gate: "tanh", fault: Fault::Sign };
    let Found { program, point } = planted.find(&mut Exact::new(Forward::new())).expect("found by its test");
    let mut panel = (Exact::new(Forward::new()), Exact::new(planted));
    let checks = examine("planted", &program, &point, At::Ordinary, &mut panel);
    let site = checks.iter().find_map(|check| check.parting.as_ref()?.site()).expect("a gate");
    let Place::Value(value) = site.place else { panic!("{site}") };
    assert!(program.to_rust(&point).contains(&format!("let v{value} = ")), "{site}");
    assert!(
        program.to_rust(&point).lines().any(|line| line.contains(&format!("let v{value}")) && line.contains("tanh"))
    );
}

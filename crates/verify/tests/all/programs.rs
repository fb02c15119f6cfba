//! Random programs find what is planted, and shrink to it.

use anygrad_core::{BinaryOp, Differentiable, NaryOp, UnaryOp, gates};
use anygrad_forward::Forward;
use anygrad_reverse::Reverse;
use anygrad_verify::programs::{At, Bounds, Case, Program, Step, examine};
use anygrad_verify::self_test::{Found, PLANTS};
use anygrad_verify::{Exact, Verdict};

const SEED: u64 = 1;

#[test]
fn everyone_agrees() {
    let forward = (Exact::new(Forward::new()), Exact::named("forward/3", Forward::with_chunk::<3>()));
    let mut panel = (forward, Exact::new(Reverse::new()));
    for index in 0..100 {
        let Case { program, point, hard } = Case::draw(SEED, index);
        let mut checks = examine("ordinary", &program, &point, At::Ordinary, &mut panel);
        for point in &hard {
            checks.extend(examine("hard", &program, point, At::Hard, &mut panel));
        }
        for check in checks {
            assert!(check.verdict != Verdict::Disagree, "{index}: {check}\n{}", program.to_rust(&point));
        }
    }
}

#[test]
fn ordinary_points_are_in_every_domain() {
    for seed in 0..1000 {
        let Case { program, point, .. } = Case::draw(seed, 0);
        let values = program.values(&point);
        assert!(values.iter().all(|value| value.abs() <= 20.0), "seed {seed}: {values:?}");
        assert!(program.is_smooth_at(&point), "seed {seed}");
        assert!(program.inputs <= 16 && program.steps.len() <= 200, "seed {seed}");
        let bounds = Bounds::at(&program, &point, f64::EPSILON);
        assert!(bounds.order.iter().all(|bound| *bound < 1e-8), "seed {seed}: {bounds:?}");
    }
}

#[test]
fn every_gate_and_shape_occurs() {
    let cases: Vec<Case> = (0..1000).map(|index| Case::draw(SEED, index)).collect();
    let steps = || cases.iter().flat_map(|case| &case.program.steps);
    for (row, _) in UnaryOp::<f64>::samples() {
        let kind = std::mem::discriminant(&row);
        let occurs = |step: &Step| matches!(step, Step::Unary(op, _) if std::mem::discriminant(op) == kind);
        assert!(steps().any(occurs), "{row:?}");
    }
    for (row, _) in BinaryOp::SAMPLES {
        assert!(steps().any(|step| matches!(step, Step::Binary(op, _) if op == row)), "{row:?}");
    }
    for (row, _) in NaryOp::SAMPLES {
        assert!(steps().any(|step| matches!(step, Step::Nary(op, _) if op == row)), "{row:?}");
    }
    assert!(steps().any(|step| matches!(step, Step::Branch(_))));
    assert!(steps().any(|step| matches!(step, Step::Binary(_, [a, b]) if a == b)), "aliased operands");
    assert!(cases.iter().any(|case| case.program.inputs == 16) && cases.iter().any(|case| case.program.inputs == 1));
    assert!(cases.iter().any(|case| case.program.steps.len() > 150));
}

#[test]
fn a_seed_is_a_program() {
    // As text, since NaN differs from itself.
    let text = |index| format!("{:?}", Case::draw(5, index));
    assert!((0..20).all(|index| text(index) == text(index)));
    assert_ne!(Case::draw(5, 0).program, Case::draw(5, 1).program);
    assert_ne!(Case::draw(5, 0).program, Case::draw(6, 0).program);
}

#[test]
fn a_wrong_rule_is_found_and_shrinks_to_its_gate() {
    assert!(PLANTS.len() >= 20);
    for planted in PLANTS {
        let found = planted.find(&mut Exact::new(Forward::new())).unwrap_or_else(|| panic!("{planted:?}: not found"));
        let Found { program, point } = found;
        let text = program.to_rust(&point);
        let gates: Vec<_> = program.steps.iter().filter_map(Step::gate).collect();
        assert_eq!(gates, planted.gates(), "{planted:?}\n{text}");
        assert!(program.steps.len() <= 3, "{planted:?}\n{text}");
    }
}

/// What the facade gives to a printed program.
mod anygrad {
    pub(crate) use anygrad_core::gates;

    pub(crate) mod prelude {
        pub(crate) use anygrad_core::Scalar;
    }
}

#[allow(clippy::let_and_return, reason = "a printed program names each of its values")]
mod printed {
    use super::anygrad;

    include!("programs/printed.rs");

    pub(super) fn call(x: &[f64]) -> f64 {
        f(x)
    }
}

/// Every gate once, each added to what came before.
fn every_gate() -> Program {
    let mut steps = vec![Step::Constant(-0.25)];
    let value = |steps: &[Step]| 4 + steps.len() - 1;
    let mut add = |step: Step| {
        let before = value(&steps);
        steps.push(step);
        steps.push(Step::Binary(BinaryOp::Add, [before, before + 1]));
    };
    for (op, [low, _]) in UnaryOp::samples() {
        add(Step::Unary(op, usize::from(low >= 1.0)));
    }
    BinaryOp::SAMPLES.iter().for_each(|&(op, _)| add(Step::Binary(op, [0, 1])));
    NaryOp::SAMPLES.iter().filter(|(op, _)| *op != NaryOp::Dot).for_each(|&(op, _)| add(Step::Nary(op, vec![0, 2, 1])));
    add(Step::Nary(NaryOp::Dot, vec![0, 1, 2, 3]));
    add(Step::Unary(UnaryOp::Powf(gates::Powf { exponent: -0.5 }), 1));
    add(Step::Branch([0, 1, 2, 3]));
    let outputs = vec![value(&steps)];
    Program { inputs: 4, steps, outputs }
}

#[test]
fn a_printed_program_compiles_to_the_same_function() {
    let (program, point) = (every_gate(), [0.7, 1.3, -0.4, 2.5]);
    let text = program.to_rust(&point);
    assert_eq!(text, include_str!("programs/printed.rs"));
    for point in [point, [0.55, 1.9, 0.3, -1.25]] {
        let value = program.call(&point.to_vec())[0];
        assert!(value.is_finite());
        assert_eq!(printed::call(&point).to_bits(), value.to_bits());
    }
}

#[test]
fn bounds_are_those_of_the_formula() {
    // y = x·x: paths 2x; on each of the two edges c = 1 + 2 operands + 2 readers.
    let program = Program { inputs: 1, steps: vec![Step::Binary(BinaryOp::Mul, [0, 0])], outputs: vec![1] };
    let bounds = Bounds::at(&program, &[3.0], f64::EPSILON);
    assert_eq!(bounds.paths, [6.0]);
    let unit = f64::EPSILON / 2.0;
    // Besides these, n + m + 2 = 4 roundings.
    assert!((bounds.order[0] / (5.0 * unit * 6.0 + 4.0 * unit * 6.0) - 1.0).abs() < 1e-12, "{bounds:?}");
    assert!(bounds.truth[0] > bounds.order[0] && !bounds.overflow);
}

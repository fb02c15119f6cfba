//! Every row of the table, its value and its derivatives of order 1 and 2, gives the same bits as the program's own run.

use crate::common::{agree, arities, gate_program, hard_points};
use anygrad_core::{BinaryOp, Error, NaryOp, Real, UnaryOp, gates};
use anygrad_graph::Program;
use anygrad_graph::code::Gate;
use anygrad_jit::Native;
use anygrad_verify::programs::SplitMix64;

/// Numbers of an interval, and the hard ones.
fn points<R: Real>([low, high]: [f64; 2]) -> Vec<R> {
    let inside = (0..=16).map(|k| R::narrow(low + (high - low) * f64::from(k) / 16.0));
    inside.chain(hard_points()).collect()
}

fn every_unary_row<R: Real>() -> Result<(), Error> {
    let mut rows = UnaryOp::<R>::samples();
    rows.extend(
        [0, 1, 2, -1, -2, 64, 65, 1000, i32::MIN, i32::MAX].map(|n| (UnaryOp::Powi(gates::Powi { n }), [0.3, 2.0])),
    );
    rows.extend([0.0, -0.5, 1.0].map(|c| (UnaryOp::Powf(gates::Powf { exponent: R::narrow(c) }), [0.3, 2.0])));
    rows.extend([1, 2].map(|order| (UnaryOp::Polygamma(gates::Polygamma { order }), [0.5, 5.0])));
    rows.extend(
        [-1.0, 0.0, f64::INFINITY].map(|c| (UnaryOp::MulConst(gates::MulConst { c: R::narrow(c) }), [-2.0, 2.0])),
    );
    for (row, interval) in rows {
        let program = gate_program(&Gate::Unary(row), 1)?;
        let native = Native::compile(&program)?;
        for &x in &points::<R>(interval) {
            for v in [R::one(), R::narrow(-0.3), R::zero()] {
                agree(&program, &native, &[x, v], &format!("{row:?}"));
            }
        }
    }
    Ok(())
}

fn every_binary_row<R: Real>() -> Result<(), Error> {
    for &(row, [first, second]) in BinaryOp::SAMPLES {
        let program = gate_program(&Gate::Binary(row), 2)?;
        let native = Native::compile(&program)?;
        for &a in &points::<R>(first) {
            for &b in &points::<R>(second) {
                agree(&program, &native, &[a, b, R::one(), R::narrow(-0.3)], &format!("{row:?}"));
            }
        }
    }
    Ok(())
}

fn every_nary_row<R: Real>() -> Result<(), Error> {
    let mut random = SplitMix64::new(5);
    let hard = hard_points::<R>();
    for &(row, arity) in NaryOp::SAMPLES {
        for arity in arities(row, arity) {
            let program = gate_program(&Gate::Nary(row), arity)?;
            let native = Native::compile(&program)?;
            for round in 0..400 {
                let draw = |random: &mut SplitMix64| match random.bits() % 3 {
                    0 if round > 50 => hard[(random.bits() % hard.len() as u64) as usize],
                    _ => R::narrow((random.bits() >> 11) as f64 / (1_u64 << 52) as f64 * 4.0 - 4.0),
                };
                let x: Vec<R> = (0..2 * arity).map(|_| draw(&mut random)).collect();
                agree(&program, &native, &x, &format!("{row:?} of {arity}"));
            }
        }
    }
    Ok(())
}

#[test]
fn every_row_of_one_argument() -> Result<(), Error> {
    every_unary_row::<f64>()?;
    every_unary_row::<f32>()
}

#[test]
fn every_row_of_two_arguments() -> Result<(), Error> {
    every_binary_row::<f64>()?;
    every_binary_row::<f32>()
}

#[test]
fn every_row_of_many_arguments() -> Result<(), Error> {
    every_nary_row::<f64>()?;
    every_nary_row::<f32>()
}

/// Powers in place are those of the standard library at any numbers.
fn powers<R: Real>() -> Result<(), Error> {
    let mut random = SplitMix64::new(9);
    for n in [-64, -7, -3, -2, 2, 3, 5, 10, 33, 63, 64] {
        let gate = Gate::Unary(UnaryOp::<R>::Powi(gates::Powi { n }));
        let code = vec![
            crate::common::inputs(1),
            crate::common::instruction(anygrad_graph::code::Op::Gate(gate), [crate::common::operand(0, 0)], 1),
        ];
        let native = Native::compile(&crate::common::program(code, vec![crate::common::operand(1, 0)])?)?;
        let mut workspace = native.workspace();
        for _ in 0..2000 {
            let exponent = (random.bits() % 60) as f64 - 30.0;
            let x = R::narrow(((random.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0) * exponent.exp2());
            let mut y = [R::zero()];
            native.run(&mut workspace, &[x], &mut y)?;
            assert!(crate::common::is_same(y[0], x.powi(n)), "{x:e}^{n}: expected {:e}, found {:e}", x.powi(n), y[0]);
        }
    }
    Ok(())
}

#[test]
fn powers_in_place() -> Result<(), Error> {
    powers::<f64>()?;
    powers::<f32>()
}

#[test]
fn handles_are_for_all_threads() {
    fn is_shared<T: Clone + Send + Sync>() {}
    is_shared::<Native<f64>>();
    is_shared::<Program<f64>>();
}

//! Random programs give the same bits as their own run, at ordinary and at hard points, forward and as gradients.

use crate::common::agree;
use anygrad_core::{BinaryOp, Differentiable, Error, Gradient, Real};
use anygrad_graph::Program;
use anygrad_jit::Native;
use anygrad_reverse::Reverse;
use anygrad_verify::programs::{self, Case, SplitMix64, Step};

const CASES: u64 = if cfg!(debug_assertions) { 300 } else { 3000 };

fn check<R: Real, F: Differentiable<Input = Vec<R>>>(f: &F, points: &[Vec<R>], what: &str) -> Result<(), Error> {
    let program = Program::record(f, &points[0])?;
    let native = Native::compile(&program)?;
    for point in points {
        agree(&program, &native, point, what);
    }
    Ok(())
}

/// Whether a `copysign` shows the sign of a NaN. Rust leaves that open, and the same expression gives both signs where the
/// compiler has put it into another function.
fn shows_a_sign<R: Real>(program: &programs::Program<R>, point: &[R]) -> bool {
    let values = program.values(point);
    let is_shown = |step: &Step<R>| matches!(step, Step::Binary(BinaryOp::Copysign, [_, b]) if values[*b].is_nan());
    program.steps.iter().any(is_shown)
}

fn check_all<R: Real>(program: &programs::Program<R>, case: &Case, what: &str) -> Result<(), Error> {
    let narrow = |point: &Vec<f64>| point.iter().map(|&x| R::narrow(x)).collect();
    let points: Vec<Vec<R>> = case.points().map(|(point, _)| narrow(point)).collect();
    let (first, hard) = points.split_at(1);
    let hard = hard.iter().filter(|point| !shows_a_sign(program, point));
    check(program, &first.iter().chain(hard).cloned().collect::<Vec<_>>(), what)
}

#[test]
fn random_programs() -> Result<(), Error> {
    for index in 0..CASES {
        let case = Case::draw(4, index);
        check_all(&case.program, &case, &format!("case {index}"))?;
        check_all(&case.program.narrowed(), &case, &format!("case {index} in single precision"))?;
    }
    Ok(())
}

/// The first output of a program.
struct First(programs::Program);

impl Differentiable for First {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: anygrad_core::Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        self.0.call(x)[0]
    }
}

#[test]
fn gradients_of_random_programs() -> Result<(), Error> {
    for index in 0..CASES {
        let case = Case::draw(5, index);
        let points: Vec<Vec<f64>> = case.points().map(|(point, _)| point.clone()).collect();
        let points: Vec<Vec<f64>> = points.into_iter().filter(|point| !shows_a_sign(&case.program, point)).collect();
        check(&Gradient::new(First(case.program), Reverse::new()), &points, &format!("gradient of case {index}"))?;
    }
    Ok(())
}

/// A long chain through a few numbers, with every kind of distance between a value and its uses.
struct Long(usize);

impl Differentiable for Long {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    fn call<S: anygrad_core::Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        let mut random = SplitMix64::new(self.0 as u64);
        let mut values = x.clone();
        for _ in 0..self.0 {
            let mut draw =
                || values[values.len() - 1 - (random.bits() as usize % values.len().min(1 << (random.bits() % 14)))];
            let (a, b, c) = (draw(), draw(), draw());
            values.push(match random.bits() % 6 {
                0 => a * b - c,
                1 => (a + b) * 0.4,
                2 => (a - b).sin(),
                3 => a / (b * b + 1.0),
                4 => S::norm(&[a, b, c]) - 1.0,
                _ => (a.tanh() - b) * c,
            });
        }
        values.into_iter().rev().step_by(37).take(40).collect()
    }
}

#[test]
fn long_programs_are_cut() -> Result<(), Error> {
    for length in [100, 1000, 20_000] {
        let x: Vec<f64> = (0..10).map(|i| f64::from(i).cos()).collect();
        let program = Program::record(&Long(length), &x)?;
        let native = Native::compile(&program)?;
        assert_eq!(native.price().operations, program.operations());
        assert!(native.price().functions >= length / 400, "{:?}", native.price());
        agree(&program, &native, &x, "a long program");
        let y: Vec<f64> = x.iter().map(|x| x * 0.5).collect();
        agree(&program, &native, &y, "a long program");
    }
    Ok(())
}

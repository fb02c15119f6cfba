//! Loops that a machine runs many rows at once: bit for bit what a run row by row gives, and what eager floats give.

mod bodies;

use std::fmt::Debug;
use std::marker::PhantomData;

use anygrad_core::{Error, Real, Scalar, loops};
use anygrad_graph::code::{Block, Loop, Op, Operand};
use anygrad_graph::{Engine, Interpreter, Program};
use bodies::{Body, Captured, Cubes, Forked, Long, Looked, Mapped, Nested, Over, Roots, Stepped, Windows};

/// Numbers of rows: none, about as many as run at once, about as many as are added up at once, and more.
const TRIPS: [usize; 10] = [0, 1, 2, 63, 64, 65, 130, 1023, 1025, 3000];

trait Leaf: Real {
    fn record<B: Body>(x: &[Self]) -> Program<Self>;
}

macro_rules! impl_leaf {
    ($($R:ident)+) => {
        $(impl Leaf for $R {
            fn record<B: Body>(x: &[Self]) -> Program<Self> {
                Program::record(&Over::<B, $R>(PhantomData), &x.to_vec()).expect("it can be recorded")
            }
        })+
    };
}

impl_leaf!(f32 f64);

fn wave<R: Real>(n: usize) -> Vec<R> {
    (0..n).map(|i| R::narrow((i as f64 * 1.3).sin())).collect()
}

/// The results by a machine.
fn replayed<R: Real>(program: &Program<R>, x: &[R]) -> Result<Vec<R>, Error> {
    let mut code = Interpreter.prepare(program)?;
    let mut out = vec![R::nan(); program.outputs()];
    // The first run leaves its numbers in memory, where the second must not meet them.
    let _ = Interpreter::run(&mut code, &[&vec![R::one(); x.len()]], &mut out);
    Interpreter::run(&mut code, &[x], &mut out)?;
    Ok(out)
}

fn assert_same<R: Real>(found: &[R], expected: &[R], context: impl Debug) {
    assert_eq!(found.len(), expected.len(), "{context:?}");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let bits = |x: &R| (x.is_nan(), if x.is_nan() { 0 } else { x.widen().to_bits() });
        assert_eq!(bits(found), bits(expected), "{context:?}, number {i}: {found:?} and {expected:?}");
    }
}

/// The program and its derivatives, at a point, by a machine and row by row.
fn check_program<R: Real>(program: &Program<R>, x: &[R], context: impl Debug) {
    let mut programs = vec![("value", program.clone())];
    if program.outputs() == 1 {
        programs.push(("gradient", program.gradient().expect("it has a gradient")));
        programs.push(("hvp", program.hvp().expect("it has products with its Hessian")));
    } else {
        let pullback = program.pullback().expect("it has a pullback");
        programs.push(("pushforward of pullback", pullback.pushforward().expect("it has a pushforward")));
        programs.push(("pullback", pullback));
    }
    for (name, program) in programs {
        let more = (x.len()..program.inputs()).map(|i| R::narrow((i as f64).cos()));
        let x: Vec<R> = x.iter().copied().chain(more).collect();
        let expected = program.evaluate(&x).expect("it takes its paths");
        assert_same(&replayed(&program, &x).expect("it takes its paths"), &expected, (&context, name));
    }
}

fn check_at<B: Body, R: Leaf>(x: &[R]) {
    let program = R::record::<B>(x);
    check_program(&program, x, x.len());
    assert_same(&replayed(&program, x).expect("it takes its paths"), &B::call::<R>(x), ("eager", x.len()));
}

/// Both leaves, with each number of rows; so many numbers come before them, and so many are in each.
fn check<B: Body>(before: usize, each: usize) {
    for trips in TRIPS {
        check_at::<B, f32>(&wave(before + each * trips));
        check_at::<B, f64>(&wave(before + each * trips));
    }
}

#[test]
fn rows_that_overlap() {
    check::<Windows>(2, 1);
}

#[test]
fn numbers_from_outside() {
    check::<Captured>(3, 1);
}

#[test]
fn rows_on_several_paths() {
    check::<Forked>(0, 1);
}

#[test]
fn outputs_of_rows() {
    check::<Mapped>(1, 1);
}

#[test]
fn loops_in_loops() {
    for trips in [0, 1, 63, 65, 300] {
        check_at::<Nested, f64>(&wave(5 + 5 * trips));
    }
}

#[test]
fn steps_with_a_state() {
    check::<Stepped>(1, 1);
}

#[test]
fn gates_that_are_not_in_the_table() {
    check::<Cubes>(0, 1);
}

/// Such a gate is asked for rows on its path alone.
#[test]
fn gates_that_are_behind_a_test() {
    check::<Roots>(0, 1);
}

#[test]
fn long_bodies() {
    for trips in [1, 65, 130] {
        check_at::<Long, f64>(&wave(trips));
    }
}

/// Each number that was looked at is a test of the program, which passes for the same bits alone.
#[test]
fn a_recording_knows_the_numbers_of_its_loops() {
    for trips in [1, 7, 8, 64, 65, 200, 1100] {
        check_at::<Looked, f64>(&wave(trips));
        check_at::<Looked, f32>(&wave(trips));
    }
}

#[test]
fn rows_without_a_number() {
    for rows in [1, 64, 200] {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut x = wave(rows);
            x[rows / 2] = bad;
            check_at::<Forked, f64>(&x);
            let mut x = wave(rows + 2);
            x[rows / 2] = bad;
            check_at::<Windows, f64>(&x);
        }
    }
}

/// Paths that were recorded at one point, taken by other rows at another.
#[test]
fn rows_that_change_their_path() {
    let x: Vec<f64> = wave(500);
    let program = f64::record::<Forked>(&x);
    for shift in [1, 77, 250] {
        let mut x = x.clone();
        x.rotate_left(shift);
        check_program(&program, &x, shift);
        assert_same(&replayed(&program, &x).expect("the paths are known"), &Forked::call::<f64>(&x), shift);
    }
}

/// The first row on a path that is not known is told, by the test that it fails on the first path.
#[test]
fn a_path_that_is_not_known() {
    let mut x = vec![0.5; 200];
    let program = f64::record::<Forked>(&x);
    (x[130], x[131]) = (-0.25, -0.75);
    let failure = replayed(&program, &x).expect_err("no row was negative before");
    assert_eq!(failure.to_string(), program.evaluate(&x).expect_err("as above").to_string());
    assert!(failure.to_string().contains("-0.25"), "{failure}");
}

/// The test that all rows have in common.
#[test]
fn a_test_of_numbers_from_outside() {
    let mut x: Vec<f64> = wave(103);
    let program = f64::record::<Captured>(&x);
    x[0] = -10.0;
    let failure = replayed(&program, &x).expect_err("w was larger before");
    assert_eq!(failure.to_string(), program.evaluate(&x).expect_err("as above").to_string());
}

/// The program with its first loop, and what the loop defines, changed.
fn changed(program: &Program<f64>, change: impl Fn(&mut Loop<f64>, &mut Vec<Operand>)) -> Program<f64> {
    let Block { mut code, mut results } = program.block().clone();
    for instruction in &mut code {
        if let Op::Loop(body) = &mut instruction.op {
            change(body, &mut results);
            instruction.width = body.width();
        }
    }
    Program::from_block(Block { code, results }, program.data().to_vec()).expect("it keeps the rules")
}

#[test]
fn the_last_row_first() {
    for trips in TRIPS.into_iter().filter(|&trips| trips > 0) {
        let x = wave(trips + 2);
        for program in [f64::record::<Windows>(&x), f64::record::<Windows>(&x).gradient().expect("it has a gradient")] {
            let reversed = changed(&program, |body, _| body.reversed = true);
            check_program(&reversed, &x, trips);
        }
    }
}

/// The sum of the outputs of all rows at one place.
#[test]
fn rows_that_are_written_to_one_place() {
    struct Squares;
    impl Body for Squares {
        fn call<S: Scalar>(x: &[S]) -> Vec<S> {
            loops::map(loops::each(x), |x: S| x * x * x)
        }
    }
    for reversed in [false, true] {
        let x: Vec<f64> = wave(200);
        let program = changed(&f64::record::<Squares>(&x), |body, results| {
            body.outs[0].step = 0;
            body.reversed = reversed;
            results.truncate(1);
        });
        let (mut sum, mut rows) = (0.0, x.clone());
        if reversed {
            rows.reverse();
        }
        rows.iter().for_each(|x| sum += x * x * x);
        assert_same(&replayed(&program, &x).expect("there are no tests"), &[sum], reversed);
        check_program(&program, &x, reversed);
    }
}

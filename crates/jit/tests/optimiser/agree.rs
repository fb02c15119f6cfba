//! Everything that rewrites a program or makes it ready to run keeps its meaning.

use anygrad_core::{Backend, Error, Real};
use anygrad_graph::code::{Instruction, Op, Operand};
use anygrad_graph::{Engine, Interpreter, Program, SavedProgram};
use anygrad_jit::Cranelift;
use anygrad_reverse::Reverse;

use crate::flow;
use crate::spell::{Bytes, Case};

/// The checks of the program that bytes spell: one in four in single precision.
///
/// # Panics
/// If one fails.
pub(crate) fn examine(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    if bytes.below(4) == 3 {
        check(&Case::<f32>::spelled(&mut bytes));
    } else {
        check(&Case::<f64>::spelled(&mut bytes));
    }
}

fn check<R: Real>(case: &Case<R>) {
    let Case { program, points } = case;
    loads_as_it_was(program);
    runs_alike(program, points, 0, "the program");
    records_as_it_is(program, points);
    for (what, more, derived) in [
        ("the Jacobian", 0, program.jacobian()),
        ("the pushforward", program.inputs(), program.pushforward()),
        ("the pullback", program.outputs(), program.pullback()),
    ] {
        let derived = derived.unwrap_or_else(|error| panic!("{what}: {error}\n{program}"));
        loads_as_it_was(&derived);
        runs_alike(&derived, points, more, what);
    }
    differentiates_right(program, &points[0]);
}

/// Whether two floats are the same: bit for bit, or both NaN.
fn is_same<R: Real>(a: R, b: R) -> bool {
    a.widen().to_bits() == b.widen().to_bits() || (a.is_nan() && b.is_nan())
}

fn are_same<R: Real>(a: &Result<Vec<R>, Error>, b: &Result<Vec<R>, Error>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| is_same(a, b)),
        (Err(a), Err(b)) => std::mem::discriminant(a) == std::mem::discriminant(b),
        _ => false,
    }
}

/// A run by an engine, twice: the second time in memory that holds the first.
fn by_engine<R: Real, E: Engine>(engine: &E, program: &Program<R>, points: &[Vec<R>]) -> Vec<Result<Vec<R>, Error>> {
    let mut code = engine.prepare(program).unwrap_or_else(|error| panic!("{}: {error}\n{program}", engine.name()));
    let mut run = |x: &Vec<R>| {
        let mut out = vec![R::zero(); program.outputs()];
        E::run(&mut code, &[x], &mut out).map(|()| out)
    };
    points.iter().chain(points).map(&mut run).collect()
}

/// The program over floats, the interpreter and native code agree bit for bit, also in their refusals. Behind the inputs come
/// `more` numbers.
fn runs_alike<R: Real>(program: &Program<R>, points: &[Vec<R>], more: usize, what: &str) {
    let more: Vec<R> = (0..more).map(|i| R::narrow(0.75 - 0.5 * i as f64)).collect();
    let points: Vec<Vec<R>> = points.iter().map(|x| [&x[..], &more].concat()).collect();
    let plain: Vec<_> = points.iter().map(|x| program.evaluate(x)).collect();
    for (name, found) in
        [("replay", by_engine(&Interpreter, program, &points)), ("native", by_engine(&Cranelift, program, &points))]
    {
        for (k, found) in found.iter().enumerate() {
            let expected = &plain[k % points.len()];
            assert!(
                are_same(expected, found),
                "{what} at {:?}: {expected:?} by the program, {found:?} by {name}\n{program}",
                points[k % points.len()]
            );
        }
    }
}

/// A saved program loads as what it was.
fn loads_as_it_was<R: Real>(program: &Program<R>) {
    let saved = saved(program);
    let again: Program<R> = saved.clone().load().unwrap_or_else(|error| panic!("{error}\n{program}"));
    assert!(self::saved(&again) == saved, "another program was loaded:\n{program}\n{again}");
}

/// What tells programs apart, NaN from NaN too.
fn saved<R: Real>(program: &Program<R>) -> SavedProgram {
    SavedProgram::of(program).expect("no gate is one of one's own")
}

/// A recording of the program is the same function where it takes its branches, and a recording of that is it itself.
fn records_as_it_is<R: Real>(program: &Program<R>, points: &[Vec<R>]) {
    if program.evaluate(&points[0]).is_err() {
        return;
    }
    let once = Program::record(program, &points[0]).unwrap_or_else(|error| panic!("{error}\n{program}"));
    for (k, x) in points.iter().enumerate() {
        let (expected, found) = (program.evaluate(x), once.evaluate(x));
        let refused = k > 0 && matches!(found, Err(Error::BranchChanged { .. }));
        assert!(
            refused || are_same(&expected, &found),
            "at {x:?}: {expected:?} by the program, {found:?} by its recording\n{program}\n{once}"
        );
    }
    let twice = Program::record(&once, &points[0]).unwrap_or_else(|error| panic!("{error}\n{once}"));
    assert_eq!(operations(&once), operations(&twice), "a second recording of\n{program}");
}

/// The Jacobian as a program agrees with that of a tape, within the bound of their roundings.
fn differentiates_right<R: Real>(program: &Program<R>, x: &Vec<R>) {
    if program.evaluate(x).is_err() {
        return;
    }
    let (n, m) = (program.inputs(), program.outputs());
    let by_tape = Reverse::new().jacobian(program, x).expect("the program runs over every scalar");
    let by_program = program.jacobian().and_then(|jacobian| jacobian.evaluate(x)).expect("the same branches are taken");
    let Some(bounds) = flow::bounds(x, |x| program.evaluate_over(x)) else { return };
    for (i, row) in bounds.into_iter().enumerate() {
        for (j, bound) in row.into_iter().enumerate() {
            let (tape, found) = (by_tape[(i, j)].widen(), by_program[m + i * n + j].widen());
            assert!(
                (tape - found).abs() <= bound,
                "∂{i}/∂{j} at {x:?}: {tape:e} by a tape, {found:e} by the program, {bound:e} allowed\n{program}"
            );
        }
    }
}

/// The operations of a program without loops, and its results. Constants stand where they are used: where they are defined
/// depends on what else was there.
fn operations<R: Real>(program: &Program<R>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut lines = Vec::new();
    let list = |names: &[String], operands: &[Operand]| -> String {
        operands.iter().map(|operand| format!(" {}.{}", names[operand.def as usize], operand.at)).collect()
    };
    for Instruction { op, args, .. } in &program.block().code {
        if let Op::Constant(c) = op {
            names.push(format!("{c:?}"));
        } else {
            names.push(format!("v{}", lines.len()));
            lines.push(format!("{op:?}{}", list(&names, args)));
        }
    }
    lines.push(list(&names, &program.block().results));
    lines
}

//! Programs that bytes spell: valid code with everything that code can have, and a point where its comparisons hold.

use anygrad_core::{Error, Real};
use anygrad_graph::Program;
use anygrad_graph::code::{Block, Instruction, Op, Operand};

use crate::draft::Draft;

/// A program, a point where it takes its branches if that was found, and points where it may not.
#[derive(Debug)]
pub(crate) struct Case<R> {
    pub(crate) program: Program<R>,
    pub(crate) points: Vec<Vec<R>>,
}

/// Decisions, a byte each; zeros follow the last one.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Bytes<'_> {
    pub(crate) fn next(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// A number below `end`, which is at most 256; 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        u32::from(self.next()) * end / 256
    }

    pub(crate) fn choose<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len() as u32) as usize]
    }

    /// A number between −2 and 2.
    pub(crate) fn number<R: Real>(&mut self) -> R {
        R::narrow((f64::from(self.next()) - 127.0) / 64.0)
    }
}

/// The most inputs of a program.
pub(crate) const MOST_INPUTS: u32 = 8;

/// Numbers at which comparisons come out otherwise, and rows reach their edges.
const HARD: [f64; 9] = [0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e-310, 1e200, -1e200, 1.0];

impl<R: Real> Case<R> {
    /// The case that bytes spell.
    pub(crate) fn spelled(bytes: &mut Bytes<'_>) -> Self {
        let inputs = 1 + bytes.below(MOST_INPUTS);
        let mut draft = Draft { bytes, code: Vec::new(), depth: 0, runs: 1, guards: &mut 0 };
        let x: Vec<R> = (0..inputs).map(|_| draft.bytes.number()).collect();
        let data: Vec<Vec<R>> = (0..draft.bytes.below(3))
            .map(|_| (0..=draft.bytes.below(20)).map(|_| draft.bytes.number()).collect())
            .collect();
        draft.parameter(0, inputs);
        (1..).zip(&data).for_each(|(k, data)| draft.parameter(k, data.len() as u32));
        if draft.bytes.below(16) == 1 {
            // The number of an input was looked at.
            let at = draft.bytes.below(inputs);
            let place = draft.place();
            draft.push(Op::Exactly { value: x[at as usize], place }, vec![Operand { def: 0, at }], 0);
        }
        let length = 1 + draft.bytes.below(16);
        draft.extend(length);
        let others = draft.bytes.below(3);
        let mut results = draft.some(others);
        results.push(draft.sum_of_all());
        let block = Block { code: draft.code, results };
        let points = (0..2).fold(vec![x], |mut points, _| {
            let mut hard = points[0].clone();
            hard[bytes.below(inputs) as usize] = R::narrow(bytes.choose(&HARD));
            points.push(hard);
            points
        });
        Self { program: turned(block, data, &points[0]), points }
    }
}

/// The program with its comparisons turned round that fail at a point, as far as possible.
fn turned<R: Real>(mut block: Block<R>, data: Vec<Vec<R>>, x: &[R]) -> Program<R> {
    let mut left = 16;
    loop {
        let program = Program::from_block(block.clone(), data.clone()).expect("what is spelled keeps the rules");
        let Err(Error::BranchChanged { place: Some(place), .. }) = program.evaluate(x) else { return program };
        let line = place.rsplit(':').next().and_then(|line| line.parse().ok()).unwrap_or(u32::MAX);
        turn(&mut block, line);
        left -= 1;
        if left == 0 {
            return program;
        }
    }
}

/// Turns the comparison round that has this number.
fn turn<R>(block: &mut Block<R>, number: u32) {
    for Instruction { op, .. } in &mut block.code {
        match op {
            Op::Guard { expected, place: Some(place), .. } if place.line == number => *expected = !*expected,
            Op::Loop(body) => body.body.iter_mut().for_each(|path| turn(path, number)),
            _ => {}
        }
    }
}

//! `Parallel<E>`: an engine that runs the rows of long loops on all threads.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use anygrad_core::{Error, Real};
use rayon::prelude::*;

use crate::Program;
use crate::code::{Layout, Loop};
use crate::engine::Engine;
use crate::failure::check_length;
use crate::run::SUM_BLOCK;
use crate::stages::{Source, Stage, Stages};

/// Runs programs by another engine, and the rows of long loops in parallel, on the threads of rayon's pool.
///
/// A loop of a program, outside of other loops, is divided into blocks of [`SUM_BLOCK`](crate::SUM_BLOCK) rows if it has more
/// than one, carries no state from row to row, and has at most two rows that add to one place. Blocks are what sums are made
/// of in any case: the results are those of the other engine bit for bit, on any number of threads. The rows of a block are
/// copied together for it, so that a row should be worth some operations for each of its numbers.
///
/// ```
/// use anygrad_core::{Backend, Differentiable, Fixed, Scalar, loops};
/// use anygrad_graph::{ByProgram, Interpreter, Parallel, Replay, Settings};
///
/// struct Heights(Vec<f64>);
/// impl Differentiable for Heights {
///     type Input = [f64; 2];
///     type Output = f64;
///     fn call<S: Scalar<Real = f64>>(&self, &[a, b]: &[S; 2]) -> S {
///         loops::sum(loops::data(&self.0), |t: S| (a * t + b).exp())
///     }
/// }
///
/// let heights = Fixed::new(Heights((0..5000).map(|t| f64::from(t) * 1e-4).collect()));
/// let mut parallel = ByProgram::with(Parallel::new(Interpreter), Settings::default());
/// assert_eq!(parallel.gradient(&heights, &[0.5, 0.0]), Replay::default().gradient(&heights, &[0.5, 0.0]));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Parallel<E> {
    engine: E,
}

impl<E> Parallel<E> {
    /// Runs programs by this engine.
    pub fn new(engine: E) -> Self {
        Self { engine }
    }
}

/// A program in stages: code between long loops, and these.
#[derive(Clone, Debug)]
pub struct Staged<R, C> {
    stages: Vec<Part<R, C>>,
    /// The inputs, then what each stage defines for those behind it.
    values: Vec<R>,
    inputs: usize,
    data: Vec<Vec<R>>,
    results: Vec<Source<R>>,
}

/// A stage made ready to run.
#[derive(Clone, Debug)]
enum Part<R, C> {
    /// Code, and where its outputs are among the values.
    Code(C, Range<usize>),
    Rows(Box<Blocks<R, C>>),
}

/// A loop in blocks of rows.
#[derive(Clone, Debug)]
struct Blocks<R, C> {
    trips: u32,
    sums: usize,
    outs: Vec<Layout>,
    reads: Reads<R>,
    /// Where what the loop defines is among the values.
    to: Range<usize>,
    /// At least one; each thread takes its own.
    workers: Vec<Worker<R, C>>,
    /// What the blocks result in, one behind the other.
    results: Vec<R>,
}

/// What a loop reads.
#[derive(Clone, Debug)]
struct Reads<R> {
    rows: Vec<(Source<R>, Layout)>,
    captures: Vec<(Source<R>, u32)>,
}

/// What a thread runs blocks with.
#[derive(Clone, Debug)]
struct Worker<R, C> {
    inputs: Vec<R>,
    /// A block of all rows.
    full: C,
    /// The last block, if it has fewer.
    rest: Option<C>,
}

impl<E: Engine> Engine for Parallel<E> {
    type Code<R: Real> = Staged<R, E::Code<R>>;

    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn prepare<R: Real>(&self, program: &Program<R>) -> Result<Self::Code<R>, Error> {
        let Stages { stages, results, values } = Stages::of(program, is_divided);
        let parts = stages.into_iter().map(|stage| match stage {
            Stage::Code(program, to) => Ok(Part::Code(self.engine.prepare(&program)?, to)),
            Stage::Rows { code, rows, captures, to } => {
                Blocks::new(&self.engine, code, rows, captures, to).map(|blocks| Part::Rows(Box::new(blocks)))
            }
        });
        Ok(Staged {
            stages: parts.collect::<Result<_, Error>>()?,
            values: vec![R::zero(); values],
            inputs: program.inputs(),
            data: program.data().to_vec(),
            results,
        })
    }

    fn run<R: Real>(code: &mut Self::Code<R>, x: &[&[R]], out: &mut [R]) -> Result<(), Error> {
        let Staged { stages, values, inputs, data, results } = code;
        check_length("inputs", *inputs, x.iter().map(|part| part.len()).sum())?;
        check_length("outputs", results.len(), out.len())?;
        values.iter_mut().zip(x.iter().copied().flatten()).for_each(|(value, &x)| *value = x);
        for stage in stages {
            match stage {
                Part::Code(code, to) => {
                    let (before, own) = values.split_at_mut(to.start);
                    E::run(code, &[before], &mut own[..to.len()])?;
                }
                Part::Rows(blocks) => {
                    let (before, own) = values.split_at_mut(blocks.to.start);
                    blocks.run::<E>(before, data, &mut own[..blocks.to.len()])?;
                }
            }
        }
        out.iter_mut().zip(results).for_each(|(out, result)| *out = result.value(values, data));
        Ok(())
    }
}

/// Whether the rows of a loop are divided into blocks: then no place gets more than two terms, whose sum is the same in any
/// order.
fn is_divided<R>(code: &Loop<R>) -> bool {
    let is_plain = |out: &Layout| out.width <= out.step.saturating_mul(2);
    code.trips > SUM_BLOCK
        && code.width() > 0
        && code.carry.is_empty()
        && !code.reversed
        && code.outs.iter().all(is_plain)
}

impl<R: Real, C: Clone + Send> Blocks<R, C> {
    fn new<E: Engine<Code<R> = C>>(
        engine: &E,
        code: Loop<R>,
        rows: Vec<Source<R>>,
        captures: Vec<Source<R>>,
        to: Range<usize>,
    ) -> Result<Self, Error> {
        let block = |trips| engine.prepare(&Program::of_loop(Loop { trips, ..code.clone() }));
        let rest = code.trips % SUM_BLOCK;
        let rest = if rest > 0 { Some(block(rest)?) } else { None };
        let worker = Worker { inputs: Vec::new(), full: block(SUM_BLOCK)?, rest };
        let layouts = code.rows.iter().map(|row| row.layout);
        let lengths = code.captures.iter().map(|span| span.len);
        let reads = Reads {
            rows: rows.into_iter().zip(layouts).collect(),
            captures: captures.into_iter().zip(lengths).collect(),
        };
        let (trips, sums, outs) = (code.trips, code.sums as usize, code.outs);
        Ok(Self { trips, sums, outs, reads, to, workers: vec![worker], results: Vec::new() })
    }

    /// How many numbers a block of so many rows results in.
    fn width(&self, trips: u32) -> usize {
        if trips == 0 { 0 } else { self.first_out(self.outs.len(), trips) }
    }

    fn run<E: Engine<Code<R> = C>>(&mut self, values: &[R], data: &[Vec<R>], own: &mut [R]) -> Result<(), Error> {
        let (width, rest) = (self.width(SUM_BLOCK), self.width(self.trips % SUM_BLOCK));
        let (trips, threads) = (self.trips, rayon::current_num_threads().max(self.workers.len()));
        self.results.resize((trips / SUM_BLOCK) as usize * width + rest, R::zero());
        self.workers.resize(threads, self.workers[0].clone());
        let (reads, workers): (_, Vec<_>) = (&self.reads, self.workers.iter_mut().map(Mutex::new).collect());
        let blocks = self.results.par_chunks_mut(width).enumerate();
        let outcomes: Vec<Result<(), Error>> = blocks
            .map(|(block, out)| {
                let first = block as u32 * SUM_BLOCK;
                let worker = &workers[rayon::current_thread_index().unwrap_or(0) % threads];
                let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
                let Worker { inputs, full, rest } = &mut **worker;
                reads.gather(first, SUM_BLOCK.min(trips - first), (values, data), inputs);
                let code = rest.as_mut().filter(|_| trips - first < SUM_BLOCK).unwrap_or(full);
                E::run(code, &[inputs], out)
            })
            .collect();
        outcomes.into_iter().collect::<Result<(), Error>>()?;
        self.join(own);
        Ok(())
    }

    /// Adds up what the blocks result in, in their order.
    fn join(&self, own: &mut [R]) {
        let (sums, mut rest) = own.split_at_mut(self.sums);
        let blocks = self.results.chunks(self.width(SUM_BLOCK));
        sums.fill(R::neg_zero());
        for block in blocks.clone() {
            sums.iter_mut().zip(block).for_each(|(sum, &term)| *sum += term);
        }
        for (k, out) in self.outs.iter().enumerate() {
            let (array, others) = rest.split_at_mut(out.len(self.trips) as usize);
            out.begin(array);
            for (first, block) in (0..self.trips).step_by(SUM_BLOCK as usize).zip(blocks.clone()) {
                let trips = SUM_BLOCK.min(self.trips - first);
                let part = &block[self.first_out(k, trips)..][..out.len(trips) as usize];
                let places = &mut array[(first * out.step) as usize..][..part.len()];
                if out.adds() {
                    places.iter_mut().zip(part).for_each(|(place, &term)| *place += term);
                } else {
                    places.copy_from_slice(part);
                }
            }
            rest = others;
        }
    }

    /// Where an output begins among the results of a block of so many rows.
    fn first_out(&self, k: usize, trips: u32) -> usize {
        self.sums + self.outs[..k].iter().map(|out| out.len(trips) as usize).sum::<usize>()
    }
}

impl<R: Real> Reads<R> {
    /// The inputs of a block: its rows, then what it captures.
    fn gather(&self, first: u32, trips: u32, (values, data): (&[R], &[Vec<R>]), inputs: &mut Vec<R>) {
        inputs.clear();
        for (source, layout) in &self.rows {
            source.append(first * layout.step, layout.len(trips), values, data, inputs);
        }
        for (source, len) in &self.captures {
            source.append(0, *len, values, data, inputs);
        }
    }
}

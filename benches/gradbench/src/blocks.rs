//! A derivative out of many Jacobians of one small function.

use std::sync::Arc;

use anygrad::jit::Workspace;
use anygrad::{Backend, Dense, Differentiable, Fixed, Native, Program, Tree};
use rayon::prelude::*;
use serde_json::Value;

use crate::evals::Options;
use crate::job::{job, with_backend};
use crate::method::chosen;
use crate::{Error, Job, Method};

/// A derivative out of many Jacobians of one small function.
pub(crate) trait Blocks<X>: Clone {
    /// Where some of the Jacobians go.
    type Part<'a>: Part<X> + Send
    where
        Self: 'a;

    /// The first point, if there is one.
    fn first(&self) -> Option<X>;

    /// Begins anew, in at most so many parts, one at least.
    fn parts(&mut self, count: usize) -> Vec<Self::Part<'_>>;

    /// What the benchmark is told.
    fn write(&self) -> Value;
}

/// Where some of the Jacobians go.
pub(crate) trait Part<X> {
    /// How many there are.
    fn count(&self) -> usize;

    /// Where Jacobian `i` of the part is taken.
    fn point(&self, i: usize) -> X;

    /// Takes Jacobian `i` of the part, row by row.
    fn take(&mut self, i: usize, block: &[f64]);
}

/// Many Jacobians of a function, by a method; each thread computes some, if that is an option.
///
/// # Errors
/// What the function or its backend says.
pub(crate) fn blocks<F, B>(options: Options, f: F, start: B) -> Result<Box<dyn Job>, Error>
where
    F: Differentiable + Send + Sync + 'static,
    F::Input: Tree<Leaf = f64>,
    B: Blocks<F::Input> + 'static,
{
    let f = Arc::new(Fixed::new(f));
    let first = start.first();
    let inputs = first.as_ref().map_or(0, F::Input::count::<f64>);
    let threads = if options.multithreaded { rayon::current_num_threads() } else { 1 };
    chosen(options.method, inputs, |method| {
        let straight = match &first {
            Some(point) if method == Method::Native => Some(Straight::new(&*f, point)?),
            _ => None,
        };
        Ok(with_backend!(method, |new| {
            let mut workers: Vec<_> = (0..threads)
                .map(|_| Worker { backend: new(), straight: straight.clone(), block: Dense::default() })
                .collect();
            let f = f.clone();
            let evaluate = move |all: &mut B| {
                let parts = all.parts(workers.len());
                match workers.as_mut_slice() {
                    [worker] => parts.into_iter().try_for_each(|mut part| worker.fill(&*f, &mut part)),
                    workers => {
                        let each = workers.par_iter_mut().zip(parts);
                        each.try_for_each(|(worker, mut part)| worker.fill(&*f, &mut part))
                    }
                }
            };
            job(method.name(), start.clone(), evaluate, B::write)
        }))
    })
}

/// What a thread computes Jacobians with.
struct Worker<B> {
    backend: B,
    straight: Option<Straight>,
    block: Dense<f64>,
}

impl<B: Backend> Worker<B> {
    /// The Jacobians of a part.
    fn fill<F>(&mut self, f: &F, part: &mut impl Part<F::Input>) -> Result<(), Error>
    where
        F: Differentiable,
        F::Input: Tree<Leaf = f64>,
    {
        let Self { backend, straight, block } = self;
        for i in 0..part.count() {
            let point = part.point(i);
            if let Some(entries) = straight.as_mut().and_then(|straight| straight.jacobian::<F::Input>(&point)) {
                part.take(i, entries);
            } else {
                backend.jacobian_into(f, &point, block)?;
                part.take(i, block.as_slice());
            }
        }
        Ok(())
    }
}

/// The native code of a function's Jacobian: recorded and compiled once, and run at one point after the other with nothing
/// besides.
#[derive(Clone)]
struct Straight {
    native: Native<f64>,
    workspace: Workspace<f64>,
    x: Vec<f64>,
    out: Vec<f64>,
    /// So many values of the function stand before its Jacobian.
    values: usize,
}

impl Straight {
    /// The code for the path that the function takes at a point.
    fn new<F>(f: &F, point: &F::Input) -> Result<Self, Error>
    where
        F: Differentiable,
        F::Input: Tree<Leaf = f64>,
    {
        let program = Program::record(f, point)?;
        let (values, x) = (program.outputs(), Vec::with_capacity(program.inputs()));
        let native = Native::compile(&program.jacobian()?)?;
        let out = vec![0.0; native.outputs()];
        Ok(Self { workspace: native.workspace(), native, x, out, values })
    }

    /// The Jacobian at a point, row by row; none where the function takes another path, or where a number is NaN: a backend
    /// knows whether it really is.
    fn jacobian<X: Tree<Leaf = f64, Of<f64> = X>>(&mut self, point: &X) -> Option<&[f64]> {
        let Self { native, workspace, x, out, values } = self;
        x.clear();
        X::each::<f64>(point, &mut |number| x.push(number));
        native.run(workspace, x, out).ok()?;
        let entries = &out[*values..];
        (!entries.iter().any(|entry| entry.is_nan())).then_some(entries)
    }
}

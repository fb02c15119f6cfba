//! What the defaults were chosen by: how many tangents forward mode takes at once, and what makes an entry on a tape.
//!
//! `cargo bench --bench choices`.

mod common;

use std::hint::black_box;

use anygrad::{Backend, Dense, Forward, Tape, Var};
use anygrad_benches::{Mlp, Neuron, Rosenbrock, Tridiagonal, Workload};
use common::{Group, short};
use criterion::{Criterion, criterion_group, criterion_main};

macro_rules! for_each_chunk {
    (|$backend:ident, $name:ident| $body:expr) => {
        for_each_chunk!(@ |$backend, $name| $body, 1 2 4 8 12 16 32)
    };
    (@ |$backend:ident, $name:ident| $body:expr, $($N:literal)+) => {
        $({
            let (mut $backend, $name) = (Forward::with_chunk::<$N>(), stringify!($N));
            $body;
        })+
    };
}

/// A gradient in chunks of each size.
fn gradient<W: Workload>(criterion: &mut Criterion, workload: &W) {
    let mut group = criterion.benchmark_group(format!("chunk, {}", workload.name()));
    let (x, mut gradient) = (workload.point(), workload.point());
    for_each_chunk!(|backend, name| group.bench_function(name, |bencher| {
        bencher.iter(|| backend.value_and_gradient_into(workload, black_box(&x), &mut gradient).is_ok());
    }));
    group.finish();
}

fn chunk(criterion: &mut Criterion) {
    gradient(criterion, &Neuron);
    gradient(criterion, &Rosenbrock { n: 10 });
    gradient(criterion, &Rosenbrock { n: 100 });
    gradient(criterion, &Mlp::new(7));
    let (workload, mut jacobian) = (Tridiagonal { n: 100 }, Dense::default());
    let mut group = criterion.benchmark_group("chunk, jacobian 100×100");
    let x = workload.point();
    for_each_chunk!(|backend, name| group.bench_function(name, |bencher| {
        bencher.iter(|| backend.jacobian_into(&workload, black_box(&x), &mut jacobian).is_ok());
    }));
    group.finish();
}

/// The Rosenbrock function, with something done to the result of every operation.
fn rosenbrock<'t>(x: &[Var<'t, f64>], each: impl Fn(Var<'t, f64>) -> Var<'t, f64>) -> Var<'t, f64> {
    let term = |pair: &[Var<'t, f64>]| {
        let valley = each(pair[1] - each(pair[0] * pair[0]));
        let slope = each(pair[0] - 1.0);
        each(each(each(valley * valley) * 100.0) + each(slope * slope))
    };
    x[1..].windows(2).fold(term(&x[..2]), |sum, pair| each(sum + term(pair)))
}

fn on_tape(group: &mut Group<'_>, name: &str, each: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64> + Copy) {
    let (point, mut tape) = (Rosenbrock { n: 1000 }.point(), Tape::new());
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            tape.record(|recording| {
                let x: Vec<_> = black_box(&point).iter().map(|&leaf| recording.variable(leaf)).collect();
                recording.adjoints(rosenbrock(&x, each)).map(|adjoints| adjoints.of(x[0]))
            })
        });
    });
}

/// An entry for each operation, against an entry only where two entries meet.
#[allow(clippy::redundant_closure_for_method_calls, reason = "the method itself is of one recording, not of any")]
fn tape(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tape, rosenbrock 1000");
    on_tape(&mut group, "an entry an operation", |number| number.keep());
    on_tape(&mut group, "an entry where two meet", |number| number);
    group.finish();
}

criterion_group! {
    name = benches;
    config = short();
    targets = chunk, tape
}
criterion_main!(benches);

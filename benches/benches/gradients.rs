//! Gradients: the plain value, the derivative by hand, and every backend.
//!
//! `cargo bench --bench gradients`; one workload alone: `cargo bench --bench gradients -- mlp`.

mod common;

use std::hint::black_box;

use anygrad::{Backend, Finite, Forward, Reverse};
use anygrad_benches::{Mlp, Neuron, Rosenbrock, Workload};
use common::{Group, short};
use criterion::{Criterion, criterion_group, criterion_main};

fn by_backend<W: Workload, B: Backend>(group: &mut Group<'_>, workload: &W, mut backend: B) {
    let (x, mut gradient) = (workload.point(), workload.point());
    group.bench_function(backend.name(), |bencher| {
        bencher.iter(|| backend.value_and_gradient_into(workload, black_box(&x), &mut gradient).is_ok());
    });
}

fn workload<W: Workload>(criterion: &mut Criterion, workload: &W) {
    let mut group = criterion.benchmark_group(workload.name());
    let (x, mut gradient) = (workload.point(), workload.point());
    group.bench_function("value", |bencher| bencher.iter(|| workload.call::<f64>(black_box(&x))));
    group.bench_function("by hand", |bencher| bencher.iter(|| workload.by_hand(black_box(&x), &mut gradient)));
    by_backend(&mut group, workload, Forward::new());
    by_backend(&mut group, workload, Reverse::new());
    by_backend(&mut group, workload, Finite::default());
    group.finish();
}

fn gradients(criterion: &mut Criterion) {
    workload(criterion, &Neuron);
    for n in [10, 100, 1000] {
        workload(criterion, &Rosenbrock { n });
    }
    workload(criterion, &Mlp::new(7));
}

criterion_group! {
    name = benches;
    config = short();
    targets = gradients
}
criterion_main!(benches);

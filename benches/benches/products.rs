//! Jacobians and Hessians times vectors: the derivative by hand, and every exact backend.
//!
//! `cargo bench --bench products`.

mod common;

use std::hint::black_box;

use anygrad::{Backend, Dense, Differentiable, Forward, Reverse};
use anygrad_benches::{Logistic, Rosenbrock, Tridiagonal, Workload};
use common::{Group, short};
use criterion::{Criterion, criterion_group, criterion_main};

fn jacobian_by<B: Backend>(group: &mut Group<'_>, workload: &Tridiagonal, mut backend: B) {
    let (x, mut jacobian) = (workload.point(), Dense::default());
    group.bench_function(backend.name(), |bencher| {
        bencher.iter(|| backend.jacobian_into(workload, black_box(&x), &mut jacobian).is_ok());
    });
}

fn jacobian(criterion: &mut Criterion) {
    let workload = Tridiagonal { n: 100 };
    let mut group = criterion.benchmark_group("jacobian 100×100");
    let (x, mut jacobian) = (workload.point(), Dense::default());
    group.bench_function("value", |bencher| bencher.iter(|| workload.call::<f64>(black_box(&x))));
    group.bench_function("by hand", |bencher| bencher.iter(|| workload.by_hand(black_box(&x), &mut jacobian)));
    jacobian_by(&mut group, &workload, Forward::new());
    jacobian_by(&mut group, &workload, Reverse::new());
    group.finish();
}

fn hvp_by<B: Backend>(group: &mut Group<'_>, workload: &Logistic, mut backend: B) {
    let (w, v) = workload.point();
    group.bench_function(backend.name(), |bencher| {
        bencher.iter(|| backend.hvp(workload, black_box(&w), black_box(&v)));
    });
}

fn hvp(criterion: &mut Criterion) {
    let workload = Logistic::new(7);
    let mut group = criterion.benchmark_group("hvp logistic");
    let (w, v) = workload.point();
    group.bench_function("value", |bencher| bencher.iter(|| workload.call::<f64>(black_box(&w))));
    group.bench_function("by hand", |bencher| bencher.iter(|| workload.by_hand(black_box(&w), black_box(&v))));
    hvp_by(&mut group, &workload, Forward::new());
    hvp_by(&mut group, &workload, Reverse::new());
    group.finish();
}

fn rosenbrock_by<B: Backend>(group: &mut Group<'_>, workload: Rosenbrock, mut backend: B) {
    let (x, v) = (workload.point(), workload.vector());
    group.bench_function(backend.name(), |bencher| {
        bencher.iter(|| backend.hvp(&workload, black_box(&x), black_box(&v)));
    });
}

fn rosenbrock(criterion: &mut Criterion) {
    let workload = Rosenbrock { n: 100 };
    let mut group = criterion.benchmark_group("hvp rosenbrock 100");
    let (x, v, mut product) = (workload.point(), workload.vector(), workload.point());
    group.bench_function("value", |bencher| bencher.iter(|| workload.call::<f64>(black_box(&x))));
    group.bench_function("by hand", |bencher| {
        bencher.iter(|| workload.hvp_by_hand(black_box(&x), black_box(&v), black_box(&mut product)));
    });
    rosenbrock_by(&mut group, workload, Forward::new());
    rosenbrock_by(&mut group, workload, Reverse::new());
    group.finish();
}

criterion_group! {
    name = benches;
    config = short();
    targets = jacobian, hvp, rosenbrock
}
criterion_main!(benches);

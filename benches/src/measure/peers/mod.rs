//! The peers: other Rust libraries on the same workloads, each in its own style.

mod autodiff;
mod easy_ml;
mod echidna;
mod hyperjet;
mod num_dual;
mod program;
mod reverse;

use anygrad::Tree;
use anygrad_benches::{Mlp, Neuron, Rosenbrock, Tridiagonal, Workload};

use crate::method::Method;

/// The peers with their versions, as the workspace pins them.
pub(crate) const VERSIONS: [(&str, &str); 6] = [
    ("autodiff", "0.7.0"),
    ("reverse", "0.2.2"),
    ("easy-ml", "2.3.0"),
    ("echidna", "0.15.0"),
    ("hyperjet", "1.15.0"),
    ("num-dual", "0.15.1"),
];

/// Inputs of the neuron and of the network.
const NEURON: usize = 5;
const MLP: usize = 193;

/// From here on a library with one tangent, or with a tangent for every input, takes too long for a short form.
const MANY_INPUTS: usize = 1000;

pub(crate) fn neuron() -> Vec<Method> {
    let x = Neuron.point().to_vec();
    vec![
        num_dual::gradient::<NEURON>(Neuron, &x),
        hyperjet::gradient::<NEURON>(Neuron, &x),
        autodiff::gradient(Neuron, &x),
        echidna::gradient(Neuron, &x),
        echidna::recorded_gradient(Neuron, &x),
        reverse::gradient(Neuron, &x),
        easy_ml::gradient(Neuron, &x),
    ]
}

pub(crate) fn rosenbrock(workload: Rosenbrock) -> Vec<Method> {
    let x = workload.point();
    let mut methods = match workload.n {
        10 => vec![num_dual::gradient::<10>(workload, &x), hyperjet::gradient::<10>(workload, &x)],
        100 => vec![num_dual::gradient::<100>(workload, &x), hyperjet::gradient::<100>(workload, &x)],
        _ => Vec::new(),
    };
    if workload.n < MANY_INPUTS {
        methods.push(autodiff::gradient(workload, &x));
    }
    methods.extend([
        echidna::gradient(workload, &x),
        echidna::recorded_gradient(workload, &x),
        reverse::gradient(workload, &x),
        easy_ml::gradient(workload, &x),
    ]);
    methods
}

pub(crate) fn mlp(workload: &Mlp) -> Vec<Method> {
    let x = <Mlp as anygrad::Differentiable>::Input::flatten::<f64>(&workload.point());
    vec![
        num_dual::gradient::<MLP>(workload.clone(), &x),
        hyperjet::gradient::<MLP>(workload.clone(), &x),
        autodiff::gradient(workload.clone(), &x),
        echidna::gradient(workload.clone(), &x),
        echidna::recorded_gradient(workload.clone(), &x),
        reverse::gradient(workload.clone(), &x),
        easy_ml::gradient(workload.clone(), &x),
    ]
}

pub(crate) fn jacobian(workload: &Tridiagonal) -> Vec<Method> {
    let x = workload.point();
    vec![
        num_dual::jacobian::<100>(&x),
        hyperjet::jacobian::<100>(&x),
        autodiff::jacobian(&x),
        echidna::jacobian(&x),
        reverse::jacobian(&x),
        easy_ml::jacobian(&x),
    ]
}

pub(crate) fn hvp(workload: Rosenbrock) -> Vec<Method> {
    let (x, v) = (workload.point(), workload.vector());
    vec![
        num_dual::hvp::<100>(workload, &x, &v),
        echidna::hvp(workload, &x, &v),
        echidna::recorded_hvp(workload, &x, &v),
    ]
}

#[cfg(test)]
mod tests {
    use super::VERSIONS;

    #[test]
    fn the_versions_are_those_that_the_workspace_pins() {
        let manifest = include_str!("../../../../Cargo.toml");
        for (peer, version) in VERSIONS {
            let pinned =
                |line: &str| line.starts_with(&format!("{peer} = ")) && line.contains(&format!("\"={version}\""));
            assert!(manifest.lines().any(pinned), "{peer} {version}");
        }
    }
}

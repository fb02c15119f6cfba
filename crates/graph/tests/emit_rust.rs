//! Emitted source: compiled without the standard library, and its numbers those of the program.

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use anygrad_core::{BinaryOp, Differentiable, Error, Real, Scalar, UnaryOp};
use anygrad_graph::code::Gate;
use anygrad_graph::{Program, RustSource};
use common::{
    Branching, Layers, Looped, Neuron, Rosenbrock, SEED, SeedNeuron, SingleNeuron, loop_by_hand, recorded, weights,
};

/// A program under a name, and where to run it.
struct Case<R> {
    name: &'static str,
    program: Program<R>,
    at: Vec<R>,
}

/// Of each function the program, its gradient or Jacobian, and for the first two the Hessian-vector product.
fn cases() -> Vec<Case<f64>> {
    let case = |name, program, at: &[f64]| Case { name, program, at: at.to_vec() };
    let x = [-1.2, 1.0, 0.5, 0.8, 1.1, -0.4];
    let (neuron, seed) = (recorded(&Neuron, &SEED), recorded(&SeedNeuron, &SEED));
    let (valley, layers) = (recorded(&Rosenbrock, &x.to_vec()), recorded(&Layers, &weights()));
    let looped = recorded(&Looped::of(2500), &x.to_vec());
    let derived = |program: &Program<f64>| program.jacobian().expect("there is a Jacobian");
    let along = [&SEED[..], &[1.0, -1.0, 0.5, 2.0, -2.0]].concat();
    vec![
        case("neuron", neuron.clone(), &SEED),
        case("neuron_gradient", derived(&neuron), &SEED),
        case("neuron_hvp", neuron.hvp().expect("there is a product"), &along),
        case("seed_gradient", derived(&seed), &SEED),
        case("rosenbrock", valley.clone(), &x),
        case("rosenbrock_gradient", derived(&valley), &x),
        case("layers", layers.clone(), &weights()),
        case("layers_gradient", derived(&layers), &weights()),
        case("branching", recorded(&Branching, &[0.3, 0.7, -0.2]), &[0.5, 0.9, 0.6]),
        case("looped", looped.clone(), &x),
        case("looped_jacobian", derived(&looped), &x),
        case("by_hand", loop_by_hand(), &[0.5, -1.5, 2.0, 0.25, 3.0]),
    ]
}

fn call<R: Real>(module: &str, case: &Case<R>) -> String {
    let Case { name, program, at } = case;
    let at: Vec<String> = at.iter().map(|x| format!("{x:?}")).collect();
    format!(
        "    let mut out = [0.0; {}];\n    let _ = {module}::{name}(&[{}], &mut out);\n    \
        for y in out {{ println!(\"{name} {{}}\", f64::from(y).to_bits()); }}\n",
        program.outputs(),
        at.join(", ")
    )
}

fn source<R: Real>(cases: &[Case<R>]) -> String {
    let add = |source: RustSource<R>, case: &Case<R>| source.with(case.name, &case.program).expect("it can be written");
    cases.iter().fold(RustSource::new(), add).to_string()
}

/// Builds a package with the source and a program that calls it; what that prints, by lines.
fn run(name: &str, library: &str, main: &str) -> Vec<(String, f64)> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("src")).expect("the folder can be made");
    let manifest = "[package]\nname = \"emitted\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\nlibm = \"0.2\"\n\n\
        [workspace]\n";
    for (file, text) in [("Cargo.toml", manifest), ("src/lib.rs", library), ("src/main.rs", main)] {
        fs::write(folder.join(file), text).expect("the file can be written");
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--offline"]).current_dir(&folder);
    cargo.env("CARGO_TARGET_DIR", folder.join("target")).env_remove("RUSTFLAGS").env_remove("RUSTC_WRAPPER");
    let output = cargo.output().expect("cargo can be started");
    assert!(output.status.success(), "{}\n{library}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("what it prints is text");
    let number = |line: &str| {
        let (name, bits) = line.split_once(' ').expect("a name and a number");
        (name.to_owned(), f64::from_bits(bits.parse().expect("the bits of a number")))
    };
    text.lines().map(number).collect()
}

#[test]
fn emitted_source_computes_what_the_program_computes() {
    let cases = cases();
    let single = recorded(&SingleNeuron, &SEED.map(|x| x as f32));
    let gradient = single.gradient().expect("there is a gradient");
    let singles = [
        Case { name: "single", program: single, at: SEED.map(|x| x as f32).to_vec() },
        Case { name: "single_gradient", program: gradient, at: SEED.map(|x| x as f32).to_vec() },
    ];
    let library =
        format!("#![no_std]\n#![deny(warnings)]\n{}\npub mod single {{\n{}}}\n", source(&cases), source(&singles));
    let calls: String = cases.iter().map(|case| call("emitted", case)).collect();
    let calls = calls + &singles.iter().map(|case| call("emitted::single", case)).collect::<String>();
    let found = run("emitted", &library, &format!("fn main() {{\n{calls}}}\n"));

    let mut expected: Vec<(&str, f64, f64)> = Vec::new();
    for Case { name, program, at } in &cases {
        let values = program.evaluate(at).expect("the program takes its branches");
        // Of libm and the standard library each is within an ulp; sums of some terms spread that.
        expected.extend(values.iter().map(|&y| (*name, y, 16.0 * f64::EPSILON)));
    }
    for Case { name, program, at } in &singles {
        let values = program.evaluate(at).expect("there are no branches");
        expected.extend(values.iter().map(|&y| (*name, f64::from(y), 16.0 * f64::from(f32::EPSILON))));
    }
    assert_eq!(found.len(), expected.len());
    for ((name, found), (case, expected, tolerance)) in found.iter().zip(expected) {
        assert_eq!(name, case);
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{name}: {expected} expected, {found} found");
    }
}

/// The digits that the seed prints, from source that knows nothing of this library.
#[test]
fn the_seeds_gradient_comes_out_of_emitted_source() {
    let gradient = recorded(&SeedNeuron, &SEED).gradient().expect("there is a gradient");
    let library =
        format!("#![no_std]\n{}", source(&[Case { name: "gradient", program: gradient.clone(), at: vec![] }]));
    let case = Case { name: "gradient", program: gradient, at: SEED.to_vec() };
    let found = run("seed", &library, &format!("fn main() {{\n{}}}\n", call("emitted", &case)));
    let seed = [
        0.8807970779778823,
        -0.1049935854035065,
        0.3149807562105195,
        0.1049935854035065,
        0.1049935854035065,
        0.209987170807013,
    ];
    assert_eq!(found.len(), seed.len());
    for ((_, found), expected) in found.into_iter().zip(seed) {
        assert!((found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs(), "{expected} expected, {found} found");
    }
}

#[test]
fn a_function_says_when_its_branches_are_left() {
    let program = recorded(&Branching, &[0.3, 0.7, -0.2]);
    let library = format!("#![no_std]\n{}", program.emit_rust("f").expect("it can be written"));
    let main = "fn main() {
        let mut out = [-1.0; 3];
        println!(\"taken {}\", f64::from(u8::from(emitted::f(&[0.5, 0.9, 0.6], &mut out))).to_bits());
        out = [-1.0; 3];
        println!(\"left {}\", f64::from(u8::from(emitted::f(&[0.9, 0.5, 0.6], &mut out))).to_bits());
        for y in out { println!(\"out {}\", y.to_bits()); }
    }\n";
    let found: Vec<f64> = run("branches", &library, main).into_iter().map(|(_, y)| y).collect();
    assert_eq!(found, [1.0, 0.0, -1.0, -1.0, -1.0]);
}

#[test]
fn what_has_no_form_in_rust_is_refused() {
    struct Digamma;
    impl Differentiable for Digamma {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            x.digamma()
        }
    }
    let error = recorded(&Digamma, &2.0).emit_rust("f").expect_err("there is no polygamma to call");
    assert!(matches!(error, Error::Unsupported { backend: "emit_rust", operator: "polygamma", .. }), "{error}");
}

#[test]
fn names_are_names_of_rust() {
    let program = recorded(&Neuron, &SEED);
    for name in ["", "_", "1st", "a b", "fn", "naïve", "f()"] {
        let error = program.emit_rust(name).expect_err(name);
        assert!(matches!(error, Error::InvalidConfig { field: "name", .. }), "{error}");
    }
    let twice = RustSource::new().with("f", &program).and_then(|source| source.with("f", &program));
    assert!(matches!(twice, Err(Error::InvalidConfig { field: "name", .. })));
}

/// A row of one or two arguments as a function.
struct Row(Gate<f64>);

impl Differentiable for Row {
    type Input = Vec<f64>;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        match &self.0 {
            Gate::Unary(op) => x[0].unary(*op),
            Gate::Binary(op) => x[0].binary(*op, x[1]),
            _ => S::nan(),
        }
    }
}

/// Values and gradients of all rows, at ordinary points and on all sides of what their partials compare with.
#[test]
fn every_row_is_right_at_hard_points_too() {
    let mut library = RustSource::new();
    let (mut calls, mut expected, mut refused) = (String::new(), Vec::new(), Vec::new());
    let unary = UnaryOp::<f64>::samples().into_iter().map(|(op, on)| (Gate::Unary(op), vec![on]));
    let binary = BinaryOp::SAMPLES.iter().map(|&(op, on)| (Gate::Binary(op), on.to_vec()));
    for (gate, on) in unary.chain(binary) {
        let middle: Vec<f64> = on.iter().map(|[low, high]| 0.25 * low + 0.75 * high).collect();
        let gradient = recorded(&Row(gate.clone()), &middle).gradient().expect("there is a gradient");
        let name = format!("row_{}", gate.name());
        match library.clone().with(&name, &gradient) {
            Ok(with_it) => library = with_it,
            Err(error) => {
                assert!(matches!(error, Error::Unsupported { .. }), "{error}");
                refused.push(gate.name());
                continue;
            }
        }
        let hard = [0.0, -0.0, 1.0, -1.0, 40.0, -40.0, 1e-310, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
        let points = hard.map(|x| middle.iter().enumerate().map(|(i, &y)| if i == 0 { x } else { y }).collect());
        for point in points.into_iter().chain([middle]) {
            let bits: Vec<String> = point.iter().map(|x| format!("f64::from_bits({})", x.to_bits())).collect();
            calls += &format!(
                "let mut out = [0.0; {}]; let _ = emitted::{name}(&[{}], &mut out);",
                point.len() + 1,
                bits.join(", ")
            );
            calls += &format!("for y in out {{ println!(\"{name} {{}}\", y.to_bits()); }}\n");
            let values = gradient.evaluate(&point).expect("there are no branches");
            expected.extend(values.into_iter().map(|y| (y, point.clone())));
        }
    }
    let known = ["ln_gamma", "polygamma", "rem", "pow", "hypot", "atan2", "copysign"];
    assert!(refused.iter().all(|name| known.contains(name)), "{refused:?}");
    let found = run("rows", &format!("#![no_std]\n{library}"), &format!("fn main() {{\n{calls}}}\n"));
    assert_eq!(found.len(), expected.len());
    for ((name, found), (expected, point)) in found.into_iter().zip(expected) {
        let is_close = (found - expected).abs() <= 16.0 * f64::EPSILON * expected.abs() + f64::MIN_POSITIVE;
        assert!(
            is_close || found == expected || (found.is_nan() && expected.is_nan()),
            "{name} at {point:?}: {expected} expected, {found} found"
        );
    }
}

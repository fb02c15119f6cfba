//! Emitted source: compiled without the standard library, and its numbers those of the program.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{
    Branching, Layers, Looped, Neuron, Rosenbrock, SEED, SeedNeuron, SingleNeuron, loop_by_hand, recorded, weights,
};
use anygrad_core::{BinaryOp, Differentiable, Error, NaryOp, Real, Scalar, UnaryOp};
use anygrad_graph::code::Gate;
use anygrad_graph::{Program, RustSource};

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

/// A row of the table as a function.
struct Row<R>(Gate<R>);

impl<R: Real> Differentiable for Row<R> {
    type Input = Vec<R>;
    type Output = R;
    fn call<S: Scalar<Real = R>>(&self, x: &Vec<S>) -> S {
        match &self.0 {
            Gate::Unary(op) => x[0].unary(*op),
            Gate::Binary(op) => x[0].binary(*op, x[1]),
            Gate::Nary(op) => S::nary(*op, x),
            Gate::Own(_) => S::nan(),
        }
    }
}

/// All rows, each with an ordinary point of it; those of any number of arguments with some numbers of them.
fn rows<R: Real>() -> Vec<(Gate<R>, Vec<R>)> {
    let middle = |[low, high]: [f64; 2]| R::narrow(0.25 * low + 0.75 * high);
    let unary = UnaryOp::samples().into_iter().map(|(op, on)| (Gate::Unary(op), vec![middle(on)]));
    let binary = BinaryOp::SAMPLES.iter().map(|&(op, on)| (Gate::Binary(op), on.map(middle).to_vec()));
    let lengths = |op, arity: Option<usize>| match arity {
        Some(arity) => vec![arity],
        None if op == NaryOp::Dot => vec![2, 6],
        None => vec![1, 2, 3, 12],
    };
    let point = |n: usize| (0..n).map(|i| R::narrow(0.3 + 0.4 * i as f64)).collect();
    let nary = NaryOp::SAMPLES.iter().flat_map(|&(op, arity)| lengths(op, arity).into_iter().map(move |n| (op, n)));
    unary.chain(binary).chain(nary.map(|(op, n)| (Gate::Nary(op), point(n)))).collect()
}

/// The numbers of NUMERICS' page where rows go wrong.
fn hard<R: Real>() -> Vec<R> {
    let plain =
        [0.0, 1.0, 2.0, 3.0, 0.5, 0.7, 1.7, 17.3, 40.0, 401.3, 800.0, 1e-20, 1e-200, 1e200, 1e300, 1e-310, 5e-324];
    let edges = [R::infinity(), R::max_value(), R::min_positive_value(), R::min_positive_value() * R::narrow(0.25)];
    let positive: Vec<R> = plain.map(R::narrow).into_iter().chain(edges).collect();
    positive.iter().flat_map(|&x| [x, -x]).chain([R::nan()]).collect()
}

/// The ordinary point; hard numbers in every place, in all of them, and of few in two at once.
fn points<R: Real>(middle: &[R]) -> Vec<Vec<R>> {
    let (n, hard) = (middle.len(), hard::<R>());
    let mut points = vec![middle.to_vec()];
    let mut with = |places: &[(usize, R)]| {
        let mut point = middle.to_vec();
        places.iter().for_each(|&(place, x)| point[place] = x);
        points.push(point);
    };
    for &x in &hard {
        with(&(0..n).map(|place| (place, x)).collect::<Vec<_>>());
        (0..n.min(3)).for_each(|place| with(&[(place, x)]));
        if n == 2 || n == 3 {
            hard.iter().for_each(|&y| with(&[(0, x), (n - 1, y)]));
        }
    }
    points
}

/// Source that calls a function at points that are given by their bits, and prints the bits of all that it writes.
fn call_at_all<R: Real>(module: &str, name: &str, points: &[Vec<R>], outputs: usize) -> String {
    let (float, bits) = if size_of::<R>() == 4 { ("f32", "u32") } else { ("f64", "u64") };
    let number =
        |x: &R| if size_of::<R>() == 4 { u64::from((x.widen() as f32).to_bits()) } else { x.widen().to_bits() };
    let lists: Vec<String> = points.iter().map(|x| format!("{:?}", x.iter().map(number).collect::<Vec<_>>())).collect();
    format!(
        "const P_{module}_{name}: &[[{bits}; {}]] = &[{}];\nfn call_{module}_{name}() {{\n    for x in P_{module}_{name} {{\n        \
        let mut out = [0.0; {outputs}];\n        let _ = emitted::{module}::{name}(&x.map({float}::from_bits), &mut out);\n        \
        for y in out {{ println!(\"{name} {{}}\", f64::from(y).to_bits()); }}\n    }}\n}}\n",
        points[0].len(),
        lists.join(", ")
    )
}

/// What is expected of source: a function's name, the point and its index, and the number that the program computes.
type Expected = (String, Vec<f64>, usize, f64, f64);

/// Emits value and gradient of each row as a module; adds what is expected, and source that calls all.
fn emit_rows<R: Real>(module: &str, calls: &mut String, expected: &mut Vec<Expected>) -> (String, Vec<&'static str>) {
    let (mut library, mut refused) = (RustSource::new(), Vec::new());
    for (gate, middle) in rows::<R>() {
        let gradient = recorded(&Row(gate.clone()), &middle).gradient().expect("there is a gradient");
        let name = format!("{}_{}", gate.name(), middle.len());
        match library.clone().with(&name, &gradient) {
            Ok(with_it) => library = with_it,
            Err(error) => {
                assert!(matches!(error, Error::Unsupported { .. }), "{error}");
                refused.push(gate.name());
                continue;
            }
        }
        let points = points(&middle);
        *calls += &call_at_all(module, &name, &points, middle.len() + 1);
        for point in points {
            let values = gradient.evaluate(&point).expect("there are no branches");
            let wide: Vec<f64> = point.iter().map(|x| x.widen()).collect();
            let least = R::min_positive_value().widen();
            expected.extend(values.iter().enumerate().map(|(i, y)| (name.clone(), wide.clone(), i, y.widen(), least)));
        }
    }
    (format!("pub mod {module} {{\n{library}}}\n"), refused)
}

/// Values and gradients of all rows in both precisions, at ordinary points and on all sides of what their partials compare with.
#[test]
fn every_row_is_right_at_hard_points_too() {
    let (mut calls, mut expected) = (String::new(), Vec::new());
    let (double, refused) = emit_rows::<f64>("double", &mut calls, &mut expected);
    let doubles = expected.len();
    let (single, refused_single) = emit_rows::<f32>("single", &mut calls, &mut expected);
    assert_eq!((&refused[..], &refused_single[..]), (&["ln_gamma", "polygamma"][..], &["ln_gamma", "polygamma"][..]));

    let names: Vec<&str> = calls.lines().filter_map(|line| line.strip_prefix("fn ")?.strip_suffix(" {")).collect();
    let main = format!("#![allow(non_upper_case_globals)]\n{calls}\nfn main() {{ {} }}\n", names.join("; "));
    let found = run("rows", &format!("#![no_std]\n{double}{single}"), &main);
    assert_eq!(found.len(), expected.len());
    let mut wrong = Vec::new();
    for (k, ((name, found), (row, point, at, expected, least))) in found.into_iter().zip(expected).enumerate() {
        assert_eq!(name, row);
        let epsilon = if k < doubles { f64::EPSILON } else { f64::from(f32::EPSILON) };
        let is_close = (found - expected).abs() <= 16.0 * epsilon * expected.abs() + least;
        if !(is_close || found == expected || (found.is_nan() && expected.is_nan())) {
            wrong.push(format!("{name} at {point:?}, number {at}: {expected} expected, {found} found"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

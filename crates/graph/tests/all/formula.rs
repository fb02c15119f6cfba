//! Programs as people write them.

use crate::common::{Branching, Neuron, SEED, SeedNeuron, at, block, gate, loop_by_hand, parameter, recorded};
use anygrad_core::loops::Storage;
use anygrad_core::{BinaryOp, Derivative, Differentiable, Gradient, Scalar, UnaryOp};
use anygrad_forward::Forward;
use anygrad_graph::Program;
use anygrad_graph::code::{Gate, Instruction, Layout, Loop, Op, Operand, Row, Span};
use anygrad_reverse::Reverse;

const NAMES: [&str; 5] = ["a", "b", "c", "x", "y"];
const PARTIALS: [&str; 6] = ["f", "∂f/∂a", "∂f/∂b", "∂f/∂c", "∂f/∂x", "∂f/∂y"];

#[test]
fn the_neuron_and_its_five_partials() {
    let neuron = recorded(&Neuron, &SEED);
    let gradient = neuron.gradient().expect("there is a gradient");
    let text = "\
f = σ(t₁)
∂f/∂a = x·σ′(t₁)
∂f/∂b = y·σ′(t₁)
∂f/∂c = σ′(t₁)
∂f/∂x = a·σ′(t₁)
∂f/∂y = b·σ′(t₁)
where t₁ = ax + by + c";
    assert_eq!(gradient.formula().with_names(&NAMES).with_outputs(&PARTIALS).to_string(), text);
}

#[test]
fn the_neuron_as_the_seed_writes_it() {
    let neuron = recorded(&SeedNeuron, &SEED);
    assert_eq!(neuron.formula().with_names(&NAMES).to_string(), "f = 1/(1 + e^(−(ax + by + c)))");
    let latex = neuron.formula().with_names(&NAMES).to_latex();
    assert_eq!(latex, r"f = \frac{1}{1 + e^{-\left(a \, x + b \, y + c\right)}}");
    let text = "\
f = 1/(t₁ + 1)
∂f/∂a = xt₁/(t₁ + 1)²
∂f/∂b = yt₁/(t₁ + 1)²
∂f/∂c = t₁/(t₁ + 1)²
∂f/∂x = at₁/(t₁ + 1)²
∂f/∂y = bt₁/(t₁ + 1)²
where t₁ = e^(−(ax + by + c))";
    let gradient = neuron.gradient().expect("there is a gradient");
    assert_eq!(gradient.formula().with_names(&NAMES).with_outputs(&PARTIALS).to_string(), text);
}

/// The tape over nodes gives the same formulas.
#[test]
fn the_gradient_of_the_tape_over_nodes() {
    let gradient = Gradient::new(SeedNeuron, Reverse::new());
    let recorded = Program::record(&gradient, &SEED);
    let program = gradient.into_result(recorded).expect("the gradient can be recorded");
    let text = program.formula().with_names(&NAMES).with_outputs(&PARTIALS[1..]).to_string();
    assert!(text.contains("∂f/∂a = xt₁/(t₁ + 1)²") && text.ends_with("where t₁ = e^(−(ax + by + c))"), "{text}");
}

#[test]
fn latex_has_one_line_for_each_equation() {
    struct Ratio;
    impl Differentiable for Ratio {
        type Input = [f64; 2];
        type Output = [f64; 2];
        fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> [S; 2] {
            let root = (x * x + y * y + 1.0).sqrt();
            [(x - y) / root, x.abs() * 1e-7 - root]
        }
    }
    let text = "\
\\begin{aligned}
  f_{0} &= \\frac{x - y}{t_{1}} \\\\
  f_{1} &= 10^{-7} \\, \\left|x\\right| - t_{1} \\\\
  t_{1} &= \\sqrt{x^{2} + y^{2} + 1}
\\end{aligned}";
    assert_eq!(recorded(&Ratio, &[1.0, 2.0]).formula().with_names(&["x", "y"]).to_latex(), text);
}

/// A function of `x` and `y`, as a formula.
fn formula(f: impl Fn(Expr, Expr) -> Expr) -> String {
    let code = f(Expr::input(0), Expr::input(1));
    let program = Program::record(&code, &[2.0, 3.0]).expect("it can be recorded");
    program.formula().with_names(&["x", "y"]).to_string().replace("f = ", "")
}

/// A function given by its last operation.
#[derive(Clone)]
enum Expr {
    Input(usize),
    Constant(f64),
    Unary(UnaryOp<f64>, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
}

impl Expr {
    fn input(i: usize) -> Self {
        Self::Input(i)
    }

    fn named(self, name: &str, constant: Option<f64>) -> Self {
        Self::Unary(UnaryOp::named(name, constant).expect("there is such a row"), Box::new(self))
    }

    fn with(self, op: BinaryOp, other: Self) -> Self {
        Self::Binary(op, Box::new(self), Box::new(other))
    }

    fn over<S: Scalar<Real = f64>>(&self, x: &[S; 2]) -> S {
        match self {
            Self::Input(i) => x[*i],
            Self::Constant(c) => S::constant(*c),
            Self::Unary(op, a) => a.over(x).unary(*op),
            Self::Binary(op, a, b) => a.over(x).binary(*op, b.over(x)),
        }
    }
}

impl Differentiable for Expr {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &[S; 2]) -> S {
        self.over(x)
    }
}

#[test]
fn signs_are_drawn_together() {
    use BinaryOp::{Add, Div, Mul, Sub};
    let neg = |x: Expr| x.named("neg", None);
    assert_eq!(formula(|x, y| x.with(Add, neg(y))), "x − y");
    assert_eq!(formula(|x, y| x.with(Sub, neg(y))), "x + y");
    assert_eq!(formula(|x, y| neg(x).with(Add, y)), "y − x");
    assert_eq!(formula(|x, y| neg(x).with(Sub, y)), "−x − y");
    assert_eq!(formula(|x, _| neg(neg(x))), "x");
    assert_eq!(formula(|x, y| neg(x).with(Mul, neg(y))), "xy");
    assert_eq!(formula(|x, y| neg(x).with(Div, y)), "−x/y");
    assert_eq!(formula(|x, y| neg(x.with(Sub, y))), "−(x − y)");
    assert_eq!(formula(|x, _| x.named("mul_const", Some(-1.0))), "−x");
    assert_eq!(formula(|x, _| x.named("mul_const", Some(-2.5))), "−2.5x");
    assert_eq!(formula(|x, _| x.named("add_const", Some(-2.5))), "x − 2.5");
    assert_eq!(formula(|x, _| neg(x).named("add_const", Some(1.0))), "1 − x");
}

#[test]
fn brackets_stand_where_they_are_needed() {
    use BinaryOp::{Add, Div, Mul, Pow, Sub};
    let sum = |x: &Expr, y: &Expr| x.clone().with(Add, y.clone());
    assert_eq!(formula(|x, y| sum(&x, &y).with(Mul, x.with(Sub, y))), "(x + y)(x − y)");
    assert_eq!(formula(|x, y| x.clone().with(Sub, sum(&x, &y).named("sin", None))), "x − sin(x + y)");
    assert_eq!(formula(|x, y| x.clone().with(Sub, x.with(Sub, y))), "x − x + y");
    assert_eq!(formula(|x, y| x.clone().with(Div, x.with(Mul, y))), "x/(xy)");
    assert_eq!(formula(|x, y| x.clone().with(Div, y.clone()).with(Div, y)), "x/y²");
    assert_eq!(formula(|x, y| x.clone().with(Div, sum(&x, &y))), "x/(x + y)");
    assert_eq!(formula(|x, y| x.clone().with(Mul, sum(&x, &y))), "x·(x + y)");
    assert_eq!(formula(|x, y| sum(&x, &y).with(Pow, x.with(Mul, y))), "(x + y)^(xy)");
    assert_eq!(formula(|x, y| sum(&x, &y).named("powi", Some(2.0))), "(x + y)²");
    assert_eq!(formula(|x, _| x.named("powi", Some(-3.0))), "1/x³");
    assert_eq!(formula(|x, _| x.named("powf", Some(2.5))), "x^2.5");
    assert_eq!(formula(|x, y| sum(&x, &y).named("sqrt", None)), "√(x + y)");
    assert_eq!(formula(|x, _| x.named("cbrt", None)), "∛x");
    assert_eq!(formula(|x, y| sum(&x, &y).named("exp", None)), "e^(x + y)");
    assert_eq!(formula(|x, _| x.named("exp", None).named("exp", None)), "e^(e^x)");
    assert_eq!(formula(|x, _| x.named("exp", None).named("powi", Some(2.0))), "(e^x)²");
}

#[test]
fn products_have_dots_where_they_are_needed() {
    use BinaryOp::{Add, Mul};
    assert_eq!(formula(|x, y| y.named("tanh", None).with(Mul, x)), "x·tanh(y)");
    assert_eq!(formula(|x, _| x.named("tanh", None).named("mul_const", Some(2.0))), "2·tanh(x)");
    assert_eq!(formula(|x, _| x.clone().with(Add, x)), "2x");
    assert_eq!(formula(|x, _| x.clone().with(Mul, x.clone()).with(Mul, x)), "x³");
    assert_eq!(formula(|x, _| x.named("mul_const", Some(1e-9))), "10⁻⁹·x");
    assert_eq!(formula(|x, _| x.named("mul_const", Some(2.5e20))), "2.5·10²⁰·x");
    // 0.1·0.2 is not a float; 3·5 is.
    assert_eq!(formula(|x, _| x.named("mul_const", Some(0.1)).named("mul_const", Some(0.2))), "0.2·0.1x");
    assert_eq!(formula(|x, _| x.named("mul_const", Some(3.0)).named("mul_const", Some(5.0))), "15x");
    assert_eq!(formula(|x, _| Expr::Constant(1.0).with(BinaryOp::Div, x)), "1/x");
}

#[test]
fn derivatives_have_primes() {
    struct Tanh;
    impl Differentiable for Tanh {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            (*x * 2.0).tanh()
        }
    }
    let tanh = recorded(&Tanh, &0.3);
    let second = tanh.hvp().expect("there is a product");
    let text = second.formula().with_names(&["x", "v"]).with_outputs(&["f", "g", "h"]).to_string();
    assert_eq!(text, "f = tanh(2x)\ng = 2·tanh′(2x)\nh = 4v·tanh″(2x)");
    let slope = Program::record(&Derivative::new(Tanh, Forward::new()), &0.3).expect("it can be recorded");
    assert!(slope.formula().to_string().contains("for   |tanh(2x₀)| < 0.875"), "{}", slope.formula());
}

#[test]
fn branches_are_conditions() {
    let text = recorded(&Branching, &[0.3, 0.7, -0.2]).formula().with_names(&["a", "b", "c"]).to_string();
    let expected = "\
f₀ = b·relu(c)
f₁ = softplus(logsumexp(a, b, c))
f₂ = 1/max(a, b)³ + atan2(c, b)
for   a < b";
    assert_eq!(text, expected);
    let otherwise = recorded(&Branching, &[0.7, 0.3, -0.2]).formula().with_names(&["a", "b", "c"]).to_string();
    assert!(otherwise.ends_with("for   not a < b"), "{otherwise}");
}

#[test]
fn names_have_indices_and_loops_are_not_looked_into() {
    let text = loop_by_hand().formula().to_string();
    assert!(text.starts_with("f₀ = ℓ_1,0\nf₁ = ℓ_1,1\n"), "{text}");
    struct Difference;
    impl Differentiable for Difference {
        type Input = [f64; 2];
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
            x - y
        }
    }
    let program = recorded(&Difference, &[1.0, 2.0]);
    assert_eq!(program.formula().with_names(&["x_end", "λ12"]).to_string(), "f = x_end − λ₁₂");
    assert_eq!(program.formula().with_names(&["rate", "λ_a"]).to_latex(), r"f = \mathrm{rate} - \lambda_{a}");
    assert_eq!(program.formula().to_string(), "f = x₀ − x₁");
}

/// A sum over rows: `Σ (xᵢ₊₁ − xᵢ²)² + c·xᵢ` for three overlapping pairs of inputs, and over data.
#[test]
fn sums_over_rows_have_a_sigma() {
    let binary = |op, a, b| gate(Gate::Binary(op), &[a, b]);
    let square = UnaryOp::named("powi", Some(2.0)).map(Gate::Unary).expect("there is such a row");
    let code = vec![
        parameter(0, 2),
        parameter(1, 1),
        binary(BinaryOp::Mul, at(0, 0), at(0, 0)),
        binary(BinaryOp::Sub, at(0, 1), at(2, 0)),
        gate(square, &[at(3, 0)]),
        binary(BinaryOp::Mul, at(1, 0), at(0, 0)),
        binary(BinaryOp::Add, at(4, 0), at(5, 0)),
    ];
    let text = |first: Operand, step| {
        let sum = Loop {
            trips: 3,
            reversed: false,
            storage: Storage::All,
            rows: vec![Row { first, layout: Layout { width: 2, step } }],
            captures: vec![Span { first: at(0, 6), len: 1 }],
            carry: vec![],
            sums: 1,
            outs: vec![],
            body: vec![block(code.clone(), vec![at(6, 0)])],
        };
        let sum = Instruction { op: Op::Loop(Box::new(sum)), args: [].into_iter().collect(), width: 1 };
        let half = UnaryOp::named("mul_const", Some(0.5)).map(Gate::Unary).expect("there is such a row");
        let code = vec![parameter(0, 7), parameter(1, 6), sum, gate(half, &[at(2, 0)])];
        let program = Program::from_block(block(code, vec![at(2, 0), at(3, 0)]), vec![vec![1.0; 6]]);
        program.expect("it keeps the rules")
    };
    let inputs = text(at(0, 0), 1);
    assert_eq!(inputs.formula().to_string(), "f₀ = Σᵢ₌₀² ((xᵢ₊₁ − xᵢ²)² + x₆xᵢ)\nf₁ = 0.5f₀");
    assert!(
        inputs.latex().contains(r"\sum_{i=0}^{2} \left(\left(x_{i+1} - x_{i}^{2}\right)^{2} + x_{6} \, x_{i}\right)"),
        "{}",
        inputs.latex()
    );
    let data = text(at(1, 0), 2).formula().to_string();
    assert!(data.starts_with("f₀ = Σᵢ₌₀² ((d₁_2i+1 − d₁_2i²)² + x₆·d₁_2i)"), "{data}");
}

/// A chain of 10 000 operations is many short lines.
#[test]
fn long_programs_have_many_names() {
    struct Chain;
    impl Differentiable for Chain {
        type Input = f64;
        type Output = f64;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
            (0..10_000).fold(*x, |x, _| x.sin())
        }
    }
    let text = recorded(&Chain, &0.5).formula().to_string();
    assert!(text.lines().count() > 100 && text.lines().all(|line| line.len() < 1000));
}

//! Circuits with values and adjoints, in two languages.

use std::collections::BTreeSet;

use crate::common::{Branching, Neuron, SEED, at, block, gate, loop_by_hand, parameter, recorded};
use anygrad_core::{Backend, Differentiable, Error, Real, Scalar, Unary};
use anygrad_graph::Program;
use anygrad_reverse::Reverse;

/// Karpathy's circuit, `(x + y)·z`.
struct Circuit;

impl Differentiable for Circuit {
    type Input = [f64; 3];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[x, y, z]: &[S; 3]) -> S {
        (x + y) * z
    }
}

#[test]
fn the_circuit_of_the_guide_with_its_values_and_adjoints() {
    let program = recorded(&Circuit, &[-2.0, 5.0, -4.0]);
    let picture = program.picture().with_names(&["x", "y", "z"]).at(&[-2.0, 5.0, -4.0]).expect("there are no branches");
    let numbers = |value: &str, adjoint: &str| {
        format!("<br/><font color=\"darkgreen\">{value}</font><br/><font color=\"firebrick\">{adjoint}</font>>];")
    };
    let dot = format!(
        "digraph program {{\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  \
        x0 [shape=box, label=<x{}\n  x1 [shape=box, label=<y{}\n  x2 [shape=box, label=<z{}\n  \
        v1 [shape=ellipse, label=<+{}\n  v2 [shape=ellipse, label=<×{}\n  out0 [shape=plaintext, label=<out>];\n  \
        x0 -> v1;\n  x1 -> v1;\n  v1 -> v2;\n  x2 -> v2;\n  v2 -> out0;\n}}\n",
        numbers("-2", "-4"),
        numbers("5", "-4"),
        numbers("-4", "3"),
        numbers("3", "-4"),
        numbers("-12", "1"),
    );
    assert_eq!(picture.to_dot(), dot);
    let mermaid = "flowchart LR
  x0[\"x<br/>-2<br/>∂ -4\"]
  x1[\"y<br/>5<br/>∂ -4\"]
  x2[\"z<br/>-4<br/>∂ 3\"]
  v1([\"+<br/>3<br/>∂ -4\"])
  v2([\"×<br/>-12<br/>∂ 1\"])
  out0>\"out\"]
  x0 --> v1
  x1 --> v1
  v1 --> v2
  x2 --> v2
  v2 --> out0
";
    assert_eq!(picture.to_mermaid(), mermaid);
}

/// The adjoints of inputs are the gradient; those on the way are the chain rule's.
#[test]
fn adjoints_at_inputs_are_the_gradient() {
    let program = recorded(&Neuron, &SEED);
    let text = program.picture().at(&SEED).expect("there are no branches").to_mermaid();
    let gradient = Reverse::new().gradient(&Neuron, &SEED).expect("there is a gradient");
    for (i, partial) in gradient.iter().enumerate() {
        let line =
            text.lines().find(|line| line.trim_start().starts_with(&format!("x{i}["))).expect("the input is drawn");
        let shown: f64 = line
            .split("∂ ")
            .nth(1)
            .and_then(|rest| rest.strip_suffix("\"]"))
            .expect("it has an adjoint")
            .parse()
            .expect("a number");
        assert!((shown - partial).abs() <= 0.5e-4 * partial.abs(), "{line}: {partial} expected");
    }
}

#[test]
fn a_point_of_another_branch_has_no_values() {
    let program = recorded(&Branching, &[0.3, 0.7, -0.2]);
    assert!(matches!(program.picture().at(&[0.7, 0.3, 0.0]), Err(Error::BranchChanged { .. })));
    assert!(matches!(program.picture().at(&[0.7]), Err(Error::DimensionMismatch { .. })));
    // Of three outputs there are values, but no adjoints; the guard is a vertex.
    let text = program.picture().at(&[0.3, 0.7, -0.2]).expect("it takes its branch").to_mermaid();
    assert!(text.contains("relu<br/>0") && !text.contains('∂') && text.contains("{\"#60;\"}"), "{text}");
}

#[test]
fn values_of_one_vertex_are_listed() {
    let gradient = recorded(&Branching, &[0.3, 0.7, -0.2]).jacobian().expect("there is a Jacobian");
    let text = gradient.picture().at(&[0.3, 0.7, -0.2]).expect("it takes its branch").to_mermaid();
    // The derivative of logsumexp is three softmax weights; each edge from it says which one it carries.
    assert!(text.contains("D logsumexp<br/>0.32") && text.contains("-->|\"[2]\"|"), "{text}");
}

/// A gate whose name means something in both languages.
#[derive(Clone, Copy, Debug)]
struct Awkward;

impl<R: Real> Unary<R> for Awkward {
    fn name(self) -> &'static str {
        "a<b>&\"c\"\n#1;`]})\\"
    }
    fn value(self, x: R) -> R {
        x
    }
    fn partial<T: Scalar<Real = R>>(self, _: T, _: T) -> T {
        T::one()
    }
}

struct Named;

impl Differentiable for Named {
    type Input = f64;
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, x: &S) -> S {
        x.unary(Awkward)
    }
}

#[test]
fn labels_are_escaped() {
    let program = recorded(&Named, &1.0);
    assert!(program.dot().contains("label=<a&lt;b&gt;&amp;&quot;c&quot; #1;`]})\\>];"), "{}", program.dot());
    let mermaid = program.mermaid();
    assert!(mermaid.contains("v1([\"a#60;b#62;#38;#34;c#34; #35;1#59;#96;]})#92;\"])"), "{mermaid}");
}

/// Every edge joins vertices that there are, also into boxes, and brackets close.
#[test]
fn edges_join_vertices() {
    let programs = [
        recorded(&Neuron, &SEED).hvp().expect("there is a product"),
        recorded(&Branching, &[0.3, 0.7, -0.2]).jacobian().expect("there is a Jacobian"),
        loop_by_hand(),
        recorded(&Named, &1.0),
    ];
    for text in programs.iter().map(Program::dot) {
        let is_vertex = |line: &str| line.contains(" [shape=");
        let name = |line: &'_ str| line.split_whitespace().next().map(str::to_owned);
        let vertices: Vec<String> = text.lines().filter(|line| is_vertex(line)).filter_map(name).collect();
        let known: BTreeSet<&String> = vertices.iter().collect();
        assert_eq!(known.len(), vertices.len(), "{text}");
        let mut edges = 0;
        for line in text.lines().filter(|line| line.contains(" -> ")) {
            let (from, rest) = line.trim().split_once(" -> ").expect("it is an edge");
            let to = rest.split([' ', ';']).next().expect("an edge goes somewhere");
            assert!(known.contains(&from.to_owned()) && known.contains(&to.to_owned()), "{line} in {text}");
            edges += 1;
        }
        assert!(edges > 0);
        let count = |bracket| {
            text.lines().filter(|line| !is_vertex(line)).map(|line| line.matches(bracket).count()).sum::<usize>()
        };
        assert_eq!(count('{'), count('}'), "{text}");
    }
}

#[test]
fn bodies_of_loops_are_boxes() {
    let program = loop_by_hand();
    let x = [0.5, -1.5, 2.0, 0.25, 3.0];
    let dot = program.picture().at(&x).expect("there are no branches").to_dot();
    assert!(
        dot.contains("subgraph cluster_0 {\n    label=\"loop × 3\";\n    v1p0_v0 [shape=box, label=<r0>];"),
        "{dot}"
    );
    assert!(dot.contains("x0 -> v1p0_v0 [label=\"[0..4]\"];") && dot.contains("x4 -> v1p0_v2;"), "{dot}");
    assert!(dot.contains("v1 [shape=box3d, label=<loop × 3<br/>"), "{dot}");
    let mermaid = program.mermaid();
    assert!(mermaid.contains("subgraph body0[\"loop × 3\"]") && mermaid.contains("    v1p0_v3([\"×\"])"), "{mermaid}");
}

/// What leads to a guard only has the adjoint 0.
#[test]
fn zero_flows_where_nothing_depends() {
    let tanh =
        anygrad_core::UnaryOp::named("tanh", None).map(anygrad_graph::code::Gate::Unary).expect("there is such a row");
    let guard = anygrad_graph::code::Op::Guard { relation: anygrad_core::Relation::Less, expected: true, place: None };
    let guard =
        anygrad_graph::code::Instruction { op: guard, args: [at(1, 0), at(0, 1)].into_iter().collect(), width: 0 };
    let code = vec![parameter(0, 2), gate(tanh, &[at(0, 0)]), guard];
    let program = Program::from_block(block(code, vec![at(0, 1)]), vec![]).expect("it keeps the rules");
    let text = program.picture().at(&[0.5, 2.0]).expect("it takes its branch").to_mermaid();
    assert!(text.contains("v1([\"tanh<br/>0.46212<br/>∂ 0\"])") && text.contains("x1[\"x1<br/>2<br/>∂ 1\"]"), "{text}");
}

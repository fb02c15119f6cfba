//! Figures in the language of Graphviz: values green, adjoints red, as in the circuits of A. Karpathy's guide.

use super::figure::{Edge, Figure, Shape, Vertex};

/// The figure as a digraph.
pub(super) fn write(figure: &Figure) -> String {
    let mut text = String::from("digraph program {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    let mut clusters = 0;
    write_inside(figure, 2, &mut clusters, &mut text);
    // Edges are written outside of all boxes, so that they put no vertex into one.
    write_edges(figure, &mut text);
    text.push_str("}\n");
    text
}

fn write_inside(figure: &Figure, indent: usize, clusters: &mut usize, text: &mut String) {
    for vertex in &figure.vertices {
        text.push_str(&format!("{:indent$}{}\n", "", written(vertex)));
    }
    for body in &figure.bodies {
        text.push_str(&format!("{:indent$}subgraph cluster_{clusters} {{\n", ""));
        text.push_str(&format!("{:indent$}  label={};\n", "", quoted(&body.title)));
        *clusters += 1;
        write_inside(body, indent + 2, clusters, text);
        text.push_str(&format!("{:indent$}}}\n", ""));
    }
}

fn write_edges(figure: &Figure, text: &mut String) {
    for Edge { from, to, label } in &figure.edges {
        let label = if label.is_empty() { String::new() } else { format!(" [label={}]", quoted(label)) };
        text.push_str(&format!("  {from} -> {to}{label};\n"));
    }
    figure.bodies.iter().for_each(|body| write_edges(body, text));
}

fn written(vertex: &Vertex) -> String {
    let shape = match vertex.shape {
        Shape::Parameter => "box",
        Shape::Constant | Shape::Output => "plaintext",
        Shape::Gate => "ellipse",
        Shape::Guard => "diamond",
        Shape::Loop => "box3d",
    };
    let mut label = escaped(&vertex.symbol);
    for (number, color) in [(&vertex.value, "darkgreen"), (&vertex.adjoint, "firebrick")] {
        if let Some(number) = number {
            label.push_str(&format!("<br/><font color=\"{color}\">{}</font>", escaped(number)));
        }
    }
    format!("{} [shape={shape}, label=<{label}>];", vertex.id)
}

/// Text inside of a label that is written as HTML. What can't be printed becomes a space.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            '&' => all.push_str("&amp;"),
            '<' => all.push_str("&lt;"),
            '>' => all.push_str("&gt;"),
            '"' => all.push_str("&quot;"),
            c if c.is_control() => all.push(' '),
            c => all.push(c),
        }
        all
    })
}

/// Text as a string of the language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

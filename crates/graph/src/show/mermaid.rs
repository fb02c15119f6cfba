//! Figures in the language of Mermaid.

use super::figure::{Edge, Figure, Shape, Vertex};

/// The figure as a flowchart.
pub(super) fn write(figure: &Figure) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut boxes = 0;
    write_inside(figure, 2, &mut boxes, &mut text);
    write_edges(figure, &mut text);
    text
}

fn write_inside(figure: &Figure, indent: usize, boxes: &mut usize, text: &mut String) {
    for vertex in &figure.vertices {
        text.push_str(&format!("{:indent$}{}\n", "", written(vertex)));
    }
    for body in &figure.bodies {
        text.push_str(&format!("{:indent$}subgraph body{boxes}[\"{}\"]\n", "", escaped(&body.title)));
        *boxes += 1;
        write_inside(body, indent + 2, boxes, text);
        text.push_str(&format!("{:indent$}end\n", ""));
    }
}

fn write_edges(figure: &Figure, text: &mut String) {
    for Edge { from, to, label } in &figure.edges {
        let label = if label.is_empty() { String::new() } else { format!("|\"{}\"|", escaped(label)) };
        text.push_str(&format!("  {from} -->{label} {to}\n"));
    }
    figure.bodies.iter().for_each(|body| write_edges(body, text));
}

fn written(vertex: &Vertex) -> String {
    let (open, close) = match vertex.shape {
        Shape::Parameter => ("[", "]"),
        Shape::Constant | Shape::Output => (">", "]"),
        Shape::Gate => ("([", "])"),
        Shape::Guard => ("{", "}"),
        Shape::Loop => ("[[", "]]"),
    };
    let mut label = escaped(&vertex.symbol);
    for (number, mark) in [(&vertex.value, ""), (&vertex.adjoint, "∂ ")] {
        if let Some(number) = number {
            label.push_str(&format!("<br/>{mark}{}", escaped(number)));
        }
    }
    format!("{}{open}\"{label}\"{close}", vertex.id)
}

/// Text inside of a quoted label: characters that mean something there by their numbers.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | ';' | '*' | '_' | '\\' => all.push_str(&format!("#{};", u32::from(c))),
            c if c.is_control() => all.push(' '),
            c => all.push(c),
        }
        all
    })
}

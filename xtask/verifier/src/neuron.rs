//! The neuron's value and five partials by every backend.

use std::io::{self, Write};

use anygrad::{Differentiable, Leaf, everyone};
use anygrad_verify::{Answer, CLOSED_FORM, Operator, Panel, Question, Scenario, Visitor, scenarios};

const TITLE: &str = "σ(a·x + b·y + c) at (a, b, c, x, y) = (1, 2, -3, -1, 3)";
const COLUMNS: [&str; 7] = ["backend", "value", "∂a", "∂b", "∂c", "∂x", "∂y"];

/// Prints the table.
pub(crate) fn print(out: &mut dyn Write) -> io::Result<()> {
    let mut neuron = Neuron { rows: Vec::new() };
    scenarios::functions(&mut neuron);
    let header = COLUMNS.map(str::to_owned).to_vec();
    writeln!(out, "{TITLE}")?;
    write_table(out, &[vec![header], neuron.rows].concat())?;
    writeln!(out)
}

/// Writes rows of text, columns aligned to the left.
pub(crate) fn write_table(out: &mut dyn Write, rows: &[Vec<String>]) -> io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

/// Collects a row for every backend at the first point of the neuron.
struct Neuron {
    rows: Vec<Vec<String>>,
}

impl Visitor for Neuron {
    fn visit<F: Differentiable>(&mut self, scenario: &Scenario<F>) {
        let Some(point) = scenario.points.first().filter(|_| scenario.name == "neuron/composed") else { return };
        let weights = scenario.function.call::<Leaf<F>>(point);
        let question = |operator| Question {
            function: &scenario.function,
            point,
            operator,
            direction: point,
            weights: &weights,
            only: None,
        };
        let (mut values, mut gradients) = (Vec::new(), Vec::new());
        let mut panel = everyone();
        panel.ask(&question(Operator::Value), &mut values);
        panel.ask(&question(Operator::Gradient), &mut gradients);
        self.rows.extend(values.iter().zip(&gradients).map(|(value, gradient)| row(value, gradient)));
        let closed = |operator| scenario.closed_form.numbers(&question(operator)).unwrap_or_default();
        let numbers = [closed(Operator::Value), closed(Operator::Gradient)].concat();
        self.rows.push([vec![CLOSED_FORM.to_owned()], digits(&numbers)].concat());
    }
}

/// A backend's row; what it could not answer is printed instead of numbers.
fn row(value: &Answer, gradient: &Answer) -> Vec<String> {
    let numbers = |answer: &Answer| match &answer.result {
        Ok(numbers) => digits(&numbers.values),
        Err(error) => vec![error.to_string()],
    };
    [vec![value.backend.clone()], numbers(value), numbers(gradient)].concat()
}

/// All digits that tell a number from its neighbours; the sign has its column.
fn digits(numbers: &[f64]) -> Vec<String> {
    numbers.iter().map(|x| if x.is_sign_negative() { format!("{x:?}") } else { format!(" {x:?}") }).collect()
}

//! The plot: multiples of the base on a logarithmic axis, a line for each derivative, a mark for each tool.

use std::ops::Range;

use anygrad_gradbench::evals::find;
use plotters::coord::Shift;
use plotters::coord::combinators::{IntoLogRange, LogCoord};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Failure;
use crate::row::{OWN, Row, time};
use crate::run::{Report, Run};

/// Width of all, of the names on the left, and of the space on the right.
const WIDTHS: [i32; 3] = [1000, 250, 50];

/// Height of the caption and the legend above, of a line, of the axis below, and of a line of notes.
const HEIGHTS: [i32; 4] = [92, 21, 36, 18];

/// So many characters has a line of notes.
const NOTE: usize = 138;

/// What is outside stands at the rim, with its number.
const RANGE: Range<f64> = 1.0 / 16.0..32.0;

/// Their gradient is a closed form by hand, no derivative of the algorithm: the unit is the function.
const CLOSED_FORMS: [&str; 1] = ["ode"];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<LogCoord<f64>, RangedCoordf64>>;

/// A derivative at a workload, by each tool.
struct Line {
    name: String,
    eval: String,
    /// In units of the base, by the number of the tool.
    multiples: Vec<(usize, f64)>,
}

/// Draws a report as SVG.
///
/// # Errors
/// If no time has a base; what the drawing library reports.
pub(crate) fn draw(report: &Report, bases: &[String]) -> Result<String, Failure> {
    let tools = tools(&report.rows, bases);
    let lines = lines(&report.rows, bases, &tools);
    if lines.is_empty() {
        return Err(format!("expected derivatives by {}, found none", bases.join(" or ")).into());
    }
    let notes = notes(&report.run, bases, &lines);
    let [above, each, below, note] = HEIGHTS;
    let height = above + each * lines.len() as i32 + below + note * notes.len() as i32 + 8;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTHS[0] as u32, height as u32)).into_drawing_area();
        area.fill(&WHITE)?;
        draw_legend(&area, &tools, bases)?;
        draw_lines(&area, &lines, note * notes.len() as i32 + 8)?;
        let style = ("sans-serif", 14).into_font().color(&BLACK.mix(0.7));
        for (line, y) in notes.into_iter().rev().zip((0..).map(|number| height - 8 - note * (number + 1))) {
            area.draw(&Text::new(line, (14, y), style.clone()))?;
        }
        area.present()?;
    }
    Ok(svg)
}

/// The tools that have marks: ours first, without the base, which is the line at 1.
fn tools<'a>(rows: &'a [Row], bases: &[String]) -> Vec<&'a str> {
    let mut tools = vec![OWN];
    for row in rows {
        if row.valid().is_some() && !tools.contains(&row.tool.as_str()) && bases.first() != Some(&row.tool) {
            tools.push(&row.tool);
        }
    }
    tools
}

/// The derivatives that a base has a time for, in the order of the report.
fn lines(rows: &[Row], bases: &[String], tools: &[&str]) -> Vec<Line> {
    let mut lines = Vec::new();
    let same = |a: &&Row, b: &&Row| a.eval == b.eval && a.workload == b.workload;
    let all: Vec<&Row> = rows.iter().collect();
    for workload in all.chunk_by(same) {
        let functions = workload.chunk_by(|a, b| a.function == b.function);
        lines.extend(functions.filter_map(|rows| line(workload, rows[0], bases, tools)));
    }
    lines
}

/// The line of a function, if it is a derivative and there is a base for it.
fn line(workload: &[&Row], row: &Row, bases: &[String], tools: &[&str]) -> Option<Line> {
    let Row { eval, workload: name, function, .. } = row;
    let functions = find(eval).ok()?.functions;
    let (primal, mut name) = match functions {
        [(primal, _), (derivative, _)] if derivative == function => (primal, name.replace(" = ", "=")),
        [_, _] => return None,
        _ => (&functions[0].0, function.clone()),
    };
    let is_closed_form = CLOSED_FORMS.contains(&eval.as_str());
    let of_base = if is_closed_form { primal } else { function.as_str() };
    let rows = || workload.iter().copied();
    let (base, unit) = bases.iter().find_map(|base| Some((base, time(rows(), of_base, base)?)))?;
    if is_closed_form {
        name += " *";
    } else if bases.first() != Some(base) {
        name += &format!(" ÷ {base}");
    }
    let times = tools.iter().map(|tool| time(rows(), function, tool));
    let multiples = times.enumerate().filter_map(|(tool, time)| Some((tool, time? / unit))).collect();
    Some(Line { name: format!("{eval} {name}"), eval: eval.clone(), multiples })
}

/// Where the times come from, and how to read what is not plain, in lines of words.
fn notes(Run { date, machine, command }: &Run, bases: &[String], lines: &[Line]) -> Vec<String> {
    let mut text = format!("{date}; {machine}, one of them used; {command}.");
    if lines.iter().any(|line| CLOSED_FORMS.contains(&line.eval.as_str())) {
        let base = bases.first().map_or("", String::as_str);
        text += &format!(" *: in units of the function by {base}, whose gradient is a closed form.");
    }
    if lines.iter().flat_map(|line| &line.multiples).any(|(_, multiple)| !RANGE.contains(multiple)) {
        text += " What stands at the rim lies beyond it.";
    }
    let mut notes = vec![String::new()];
    for word in text.split(' ') {
        match notes.last_mut() {
            Some(note) if note.chars().count() + word.chars().count() < NOTE => *note += &format!("{word} "),
            _ => notes.push(format!("{word} ")),
        }
    }
    notes
}

/// What is shown, and the tools, side by side.
fn draw_legend(area: &Area<'_>, tools: &[&str], bases: &[String]) -> Result<(), Failure> {
    let base = bases.first().map_or("", String::as_str);
    let title = format!("GradBench: time of the derivative, in units of {base}'s (less is better)");
    area.draw(&Text::new(title, (14, 12), ("sans-serif", 23)))?;
    let style = ("sans-serif", 18).into_font();
    let (mut x, y) = (22, 64);
    for (number, tool) in tools.iter().enumerate() {
        area.draw(&Circle::new((x, y), size(number), colour(number).filled()))?;
        area.draw(&Text::new((*tool).to_owned(), (x + 13, y - 9), style.clone()))?;
        x += 46 + area.estimate_text_size(tool, &style.clone().into_text_style(area))?.0 as i32;
    }
    Ok(())
}

fn draw_lines(area: &Area<'_>, lines: &[Line], notes: i32) -> Result<(), Failure> {
    let [_, left, right] = WIDTHS;
    let [above, _, below, _] = HEIGHTS;
    let mut chart = ChartBuilder::on(area)
        .margin_top(above)
        .margin_right(right)
        .margin_bottom(notes)
        .x_label_area_size(below)
        .y_label_area_size(left)
        .build_cartesian_2d(RANGE.log_scale(), lines.len() as f64..0.0)?;
    draw_grid(&mut chart, lines)?;
    for (number, Line { name, multiples, .. }) in lines.iter().enumerate() {
        let y = number as f64 + 0.5;
        let label = ("sans-serif", 16).into_font().into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw_text(name, &label, (14, chart.backend_coord(&(1.0, y)).1))?;
        // Ours last, above all others.
        for &(tool, multiple) in multiples.iter().rev() {
            let x = multiple.clamp(RANGE.start, RANGE.end);
            chart.draw_series([Circle::new((x, y), size(tool), colour(tool).filled())])?;
            if x != multiple && tool == 0 {
                let place = chart.backend_coord(&(x, y));
                area.draw_text(&number_of(multiple), &label, (place.0 + 12, place.1))?;
            }
        }
    }
    Ok(())
}

/// The axis, the line at 1, and a band behind every other eval.
fn draw_grid(chart: &mut Chart<'_>, lines: &[Line]) -> Result<(), Failure> {
    let mut y = 0.0;
    for (number, lines) in lines.chunk_by(|a, b| a.eval == b.eval).enumerate() {
        let below = y + lines.len() as f64;
        if number.is_multiple_of(2) {
            chart.draw_series([Rectangle::new([(RANGE.start, y), (RANGE.end, below)], BLACK.mix(0.04).filled())])?;
        }
        y = below;
    }
    for power in -4..=5 {
        let x = f64::from(power).exp2();
        let style = if power == 0 { BLACK.mix(0.9) } else { BLACK.mix(0.12) };
        chart.draw_series(LineSeries::new([(x, 0.0), (x, y)], style))?;
        let area = chart.plotting_area().strip_coord_spec();
        let (x, y) = chart.backend_coord(&(x, y));
        let text = if power < 0 { format!("1/{}", 1 << -power) } else { format!("{}", 1 << power) };
        let label = ("sans-serif", 16).into_font().into_text_style(&area).pos(Pos::new(HPos::Center, VPos::Top));
        let (x0, y0) = area.get_base_pixel();
        area.draw_text(&text, &label, (x - x0, y - y0 + 6))?;
    }
    Ok(())
}

/// A number with two digits that count.
fn number_of(multiple: f64) -> String {
    if multiple < 1.0 {
        let digits = (1.0 - multiple.log10().floor()).clamp(0.0, 9.0) as usize;
        format!("{multiple:.digits$}")
    } else {
        format!("{multiple:.0}")
    }
}

fn size(tool: usize) -> i32 {
    if tool == 0 { 8 } else { 5 }
}

/// Ours in a red that no other has.
fn colour(tool: usize) -> RGBColor {
    const OTHERS: [RGBColor; 6] = [
        RGBColor(0, 114, 178),
        RGBColor(0, 158, 115),
        RGBColor(230, 159, 0),
        RGBColor(150, 110, 190),
        RGBColor(86, 180, 233),
        RGBColor(120, 120, 120),
    ];
    if tool == 0 { RGBColor(214, 39, 40) } else { OTHERS[(tool - 1) % OTHERS.len()] }
}

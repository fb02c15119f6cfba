//! The plot: multiples of the base on a logarithmic axis, a line for each derivative, a mark for each tool.

use std::ops::Range;

use anygrad_gradbench::evals::find;
use plotters::coord::Shift;
use plotters::coord::combinators::{IntoLogRange, LogCoord};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Failure;
use crate::marks::{Mark, marks};
use crate::row::{BY_HAND, Row, time};
use crate::run::{Report, Run};

/// Width of all, of the names on the left, and of the space on the right.
const WIDTHS: [i32; 3] = [1000, 250, 50];

/// Height of the caption above, of a line of the legend, of the axis below, and of a line of notes.
const HEIGHTS: [i32; 4] = [64, 28, 36, 18];

/// Height of a line, and of one where crates stand below other tools.
const LINES: [i32; 2] = [21, 30];

/// So many characters has a line of notes.
const NOTE: usize = 138;

/// The powers of two that the axis has, and up to which it has them where crates need that. What is outside stands at the rim.
const POWERS: [i32; 3] = [-4, 5, 10];

/// Their gradient is a closed form in the benchmark's program by hand, no derivative of the algorithm: the unit is the function.
const CLOSED_FORMS: [&str; 1] = ["ode"];

/// Its input does not say how often it is to be evaluated: what another tool takes for it once, cold, is not compared.
const ONCE: &str = "hello";

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<LogCoord<f64>, RangedCoordf64>>;

/// A derivative at a workload, by each tool.
struct Line {
    name: String,
    eval: String,
    /// In units of the base, by the number of the mark.
    multiples: Vec<(usize, f64)>,
}

/// Draws a report as SVG.
///
/// # Errors
/// If no time has a base; what the drawing library reports.
pub(crate) fn draw(report: &Report, bases: &[String]) -> Result<String, Failure> {
    let marks = marks(&report.rows, bases);
    let lines = lines(&report.rows, bases, &marks);
    if lines.is_empty() {
        return Err(format!("expected derivatives by {}, found none", bases.join(" or ")).into());
    }
    let form = Form::new(&lines, &marks);
    let notes = notes(&report.run, bases, &lines, &form);
    let [_, _, below, note] = HEIGHTS;
    let height = form.above + form.each * lines.len() as i32 + below + note * notes.len() as i32 + 8;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTHS[0] as u32, height as u32)).into_drawing_area();
        area.fill(&WHITE)?;
        draw_legend(&area, &marks, bases)?;
        draw_lines(&area, &lines, &marks, (&form, note * notes.len() as i32 + 8))?;
        let style = ("sans-serif", 14).into_font().color(&BLACK.mix(0.7));
        for (line, y) in notes.into_iter().rev().zip((0..).map(|number| height - 8 - note * (number + 1))) {
            area.draw(&Text::new(line, (14, y), style.clone()))?;
        }
        area.present()?;
    }
    Ok(svg)
}

/// What depends on who is there.
struct Form {
    /// Height of the caption and the legend.
    above: i32,
    /// Height of a line.
    each: i32,
    /// Where marks stand in it: those of crates, and the others.
    heights: [f64; 2],
    /// The last power of two on the axis.
    last: i32,
}

impl Form {
    fn new(lines: &[Line], marks: &[Mark]) -> Self {
        let [caption, legend, ..] = HEIGHTS;
        let groups = marks.chunk_by(|a, b| a.is_crate() == b.is_crate()).count();
        let by_crates = lines.iter().flat_map(|line| &line.multiples).filter(|(mark, _)| marks[*mark].is_crate());
        let greatest = by_crates.fold(1.0, |greatest: f64, (_, multiple)| greatest.max(*multiple));
        let [_, last, most] = POWERS;
        Self {
            above: caption + legend * groups as i32,
            each: LINES[usize::from(groups > 1)],
            heights: if groups > 1 { [0.72, 0.3] } else { [0.5; 2] },
            last: (greatest.log2().ceil() as i32).clamp(last, most),
        }
    }

    fn range(&self) -> Range<f64> {
        f64::from(POWERS[0]).exp2()..f64::from(self.last).exp2()
    }
}

/// The derivatives that a base has a time for, in the order of the report.
fn lines(rows: &[Row], bases: &[String], marks: &[Mark]) -> Vec<Line> {
    let mut lines = Vec::new();
    let same = |a: &&Row, b: &&Row| a.eval == b.eval && a.workload == b.workload;
    let all: Vec<&Row> = rows.iter().collect();
    for workload in all.chunk_by(same) {
        let functions = workload.chunk_by(|a, b| a.function == b.function);
        lines.extend(functions.filter_map(|rows| line(workload, rows[0], bases, marks)));
    }
    lines
}

/// The line of a function, if it is a derivative, and there is a base for it and somebody else.
fn line(workload: &[&Row], row: &Row, bases: &[String], marks: &[Mark]) -> Option<Line> {
    let Row { eval, workload: name, function, .. } = row;
    let functions = find(eval).ok()?.functions;
    let (primal, mut name) = match functions {
        _ if eval == ONCE => return None,
        [(primal, _), (derivative, _)] if derivative == function => (primal, name.replace(" = ", "=")),
        [_, _] => return None,
        _ => (&functions[0].0, function.clone()),
    };
    let rows = || workload.iter().copied();
    let of_base = |base: &str| if is_closed_form(eval, base) { primal } else { function.as_str() };
    let (base, unit) = bases.iter().find_map(|base| Some((base, time(rows(), of_base(base), base)?)))?;
    if is_closed_form(eval, base) {
        name += " *";
    } else if bases.first() != Some(base) {
        name += &format!(" ÷ {base}");
    }
    let times = marks.iter().map(|mark| time(rows(), function, &mark.tool));
    let multiples: Vec<_> = times.enumerate().filter_map(|(mark, time)| Some((mark, time? / unit))).collect();
    (!multiples.is_empty()).then(|| Line { name: format!("{eval} {name}"), eval: eval.clone(), multiples })
}

/// Whether a base's derivative is a closed form.
fn is_closed_form(eval: &str, base: &str) -> bool {
    base == BY_HAND && CLOSED_FORMS.contains(&eval)
}

/// Where the times come from, and how to read what is not plain, in lines of words.
fn notes(Run { date, machine, command }: &Run, bases: &[String], lines: &[Line], form: &Form) -> Vec<String> {
    let mut text = format!("{date}; {machine}, one of them used; {command}.");
    let base = bases.first().map_or("", String::as_str);
    if lines.iter().any(|line| is_closed_form(&line.eval, base)) {
        text += &format!(" *: in units of the function by {base}, whose gradient is a closed form.");
    }
    if lines.iter().flat_map(|line| &line.multiples).any(|(_, multiple)| !form.range().contains(multiple)) {
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

/// What is shown, and the tools, side by side: the crates below the others.
fn draw_legend(area: &Area<'_>, marks: &[Mark], bases: &[String]) -> Result<(), Failure> {
    let base = bases.first().map_or("", String::as_str);
    let title = format!("GradBench: time of the derivative, in units of {base}'s (less is better)");
    area.draw(&Text::new(title, (14, 12), ("sans-serif", 23)))?;
    let style = ("sans-serif", 18).into_font();
    for (line, marks) in marks.chunk_by(|a, b| a.is_crate() == b.is_crate()).enumerate() {
        let (mut x, y) = (22, HEIGHTS[0] + HEIGHTS[1] * line as i32);
        for mark in marks {
            mark.draw(area, (x, y))?;
            area.draw(&Text::new(mark.tool.clone(), (x + 13, y - 9), style.clone()))?;
            x += 46 + area.estimate_text_size(&mark.tool, &style.clone().into_text_style(area))?.0 as i32;
        }
    }
    Ok(())
}

fn draw_lines(area: &Area<'_>, lines: &[Line], marks: &[Mark], (form, notes): (&Form, i32)) -> Result<(), Failure> {
    let [_, left, right] = WIDTHS;
    let range = form.range();
    let mut chart = ChartBuilder::on(area)
        .margin_top(form.above)
        .margin_right(right)
        .margin_bottom(notes)
        .x_label_area_size(HEIGHTS[2])
        .y_label_area_size(left)
        .build_cartesian_2d(range.clone().log_scale(), lines.len() as f64..0.0)?;
    draw_grid(&mut chart, lines, form)?;
    for (number, Line { name, multiples, .. }) in lines.iter().enumerate() {
        let top = number as f64;
        let label = ("sans-serif", 16).into_font().into_text_style(area).pos(Pos::new(HPos::Left, VPos::Center));
        area.draw_text(name, &label, (14, chart.backend_coord(&(1.0, top + 0.5)).1))?;
        // Ours last, above all others.
        for &(mark, multiple) in multiples.iter().rev() {
            let mark = &marks[mark];
            let x = multiple.clamp(range.start, range.end);
            let place = chart.backend_coord(&(x, top + form.heights[usize::from(!mark.is_crate())]));
            mark.draw(area, place)?;
            if x != multiple && mark.is_own() {
                area.draw_text(&number_of(multiple), &label, (place.0 + 12, place.1))?;
            }
        }
    }
    Ok(())
}

/// The axis, the line at 1, and a band behind every other eval.
fn draw_grid(chart: &mut Chart<'_>, lines: &[Line], form: &Form) -> Result<(), Failure> {
    let (mut y, range) = (0.0, form.range());
    for (number, lines) in lines.chunk_by(|a, b| a.eval == b.eval).enumerate() {
        let below = y + lines.len() as f64;
        if number.is_multiple_of(2) {
            chart.draw_series([Rectangle::new([(range.start, y), (range.end, below)], BLACK.mix(0.04).filled())])?;
        }
        y = below;
    }
    for power in POWERS[0]..=form.last {
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

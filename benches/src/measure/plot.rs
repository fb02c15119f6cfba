//! The plot: ratios on a logarithmic axis, a column for each workload, a mark for each method.

use plotters::coord::Shift;
use plotters::coord::combinators::{IntoLogRange, LogCoord};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::report::{Heading, Report, Row, is_own};

/// Width and height.
const SIZE: (u32, u32) = (1200, 640);

/// Width of the legend on the right.
const LEGEND: u32 = 220;

type Failure = Box<dyn std::error::Error>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, LogCoord<f64>>>;

/// Draws the ratios as SVG.
///
/// # Errors
/// What the drawing library reports.
pub(crate) fn draw(report: &Report, heading: &Heading) -> Result<String, Failure> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (chart, legend) = area.split_horizontally(SIZE.0 - LEGEND);
        draw_chart(&chart, report, heading)?;
        draw_legend(&legend, &shown(report))?;
        area.present()?;
    }
    Ok(svg)
}

/// The methods that have marks: the denominator is the line at 1.
fn shown(report: &Report) -> Vec<&str> {
    report.methods().into_iter().filter(|&method| method != crate::suite::HAND).collect()
}

fn draw_chart(area: &Area<'_>, report: &Report, heading: &Heading) -> Result<(), Failure> {
    let (workloads, range) = (report.workloads(), bounds(&report.rows));
    let title = format!("Time relative to the derivative by hand, {}, {}", heading.date, heading.command);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(-0.5..workloads.len() as f64 - 0.5, range.log_scale())?;
    draw_grid(&mut chart, workloads.len())?;
    name_columns(area, &chart, &workloads)?;
    let methods = shown(report);
    for (index, method) in methods.iter().enumerate() {
        let offset = 0.8 * ((index as f64 + 0.5) / methods.len() as f64 - 0.5);
        let place = |(column, &workload)| report.row(workload, method).map(|row| (column as f64 + offset, row.ratio));
        let points: Vec<(f64, f64)> = workloads.iter().enumerate().filter_map(place).collect();
        let style = colour(index, methods.len()).filled();
        if is_own(method) {
            chart.draw_series(points.into_iter().map(|point| Circle::new(point, 5, style)))?;
        } else {
            chart.draw_series(points.into_iter().map(|point| TriangleMarker::new(point, 6, style)))?;
        }
    }
    Ok(())
}

/// The axes, the line at 1, and a line between any two workloads.
fn draw_grid(chart: &mut Chart<'_>, workloads: usize) -> Result<(), Failure> {
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(0)
        .y_label_formatter(&|ratio| format!("{ratio}×"))
        .y_desc("ratio, logarithmic")
        .light_line_style(BLACK.mix(0.06))
        .draw()?;
    let (columns, ratios) = (chart.x_range(), chart.y_range());
    chart.draw_series(LineSeries::new([(columns.start, 1.0), (columns.end, 1.0)], BLACK))?;
    for column in 1..workloads {
        let x = column as f64 - 0.5;
        chart.draw_series(LineSeries::new([(x, ratios.start), (x, ratios.end)], BLACK.mix(0.15)))?;
    }
    Ok(())
}

/// Under each column its workload, and under that the number of its inputs.
fn name_columns(area: &Area<'_>, chart: &Chart<'_>, workloads: &[(&str, usize)]) -> Result<(), Failure> {
    let style = ("sans-serif", 13).into_font().into_text_style(area).pos(Pos::new(HPos::Center, VPos::Top));
    for (column, (workload, n)) in workloads.iter().enumerate() {
        let (x, y) = chart.backend_coord(&(column as f64, chart.y_range().start));
        area.draw_text(workload, &style, (x, y + 8))?;
        area.draw_text(&n.to_string(), &style, (x, y + 23))?;
    }
    Ok(())
}

/// A line for each method: discs are ours, triangles the peers.
fn draw_legend(area: &Area<'_>, methods: &[&str]) -> Result<(), Failure> {
    for (index, &method) in methods.iter().enumerate() {
        let y = 60 + 24 * index as i32;
        let style = colour(index, methods.len()).filled();
        if is_own(method) {
            area.draw(&Circle::new((12, y), 5, style))?;
        } else {
            area.draw(&TriangleMarker::new((12, y), 6, style))?;
        }
        area.draw(&Text::new(method.to_owned(), (26, y - 7), ("sans-serif", 15)))?;
    }
    Ok(())
}

/// Hues around the circle, every other one darker.
fn colour(index: usize, count: usize) -> HSLColor {
    let lightness = if index.is_multiple_of(2) { 0.35 } else { 0.55 };
    HSLColor(index as f64 / count.max(1) as f64, 0.8, lightness)
}

/// From below the least ratio to above the largest.
fn bounds(rows: &[Row]) -> std::ops::Range<f64> {
    let ratios = || rows.iter().map(|row| row.ratio).filter(|ratio| ratio.is_finite());
    ratios().fold(1.0, f64::min) / 1.5..ratios().fold(1.0, f64::max) * 1.5
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(method: &str, ratio: f64) -> Row {
        Row { workload: "neuron", n: 5, method: method.to_owned(), ns: 1.0, ratio }
    }

    #[test]
    fn the_drawing_names_every_method_the_date_and_the_command() {
        let rows = vec![row("hand", 1.0), row("reverse", 4.0), row("peer", 20.0)];
        let report = Report { rows, wrong: Vec::new() };
        let heading = Heading { date: "2000-01-02".to_owned(), command: "bench".to_owned() };
        let svg = draw(&report, &heading).expect("a drawing in memory");
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        for text in ["reverse", "peer", "2000-01-02", "bench", "neuron", "\n5\n"] {
            assert!(svg.contains(text), "{text}");
        }
        // One mark on the chart and one in the legend, for the backend and for the peer.
        assert_eq!(svg.matches("<circle").count(), 2);
        assert_eq!(svg.matches("<polygon").count(), 2);
    }

    #[test]
    fn every_ratio_is_within_the_bounds() {
        let range = bounds(&[row("plain", 0.25), row("peer", 40.0), row("odd", f64::NAN)]);
        assert!(range.start < 0.25 && range.end > 40.0 && range.end.is_finite());
    }
}

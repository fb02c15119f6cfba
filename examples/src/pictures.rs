//! Pictures of trainings, as SVG: curves of losses, points and images with what a network says of them.

use std::error::Error;
use std::path::Path;

use anygrad::Real;
use plotters::coord::Shift;
use plotters::coord::combinators::IntoLogRange;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::data::Samples;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Colours that are told apart by most eyes (Okabe & Ito 2008).
const COLOURS: [RGBColor; 4] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(204, 121, 167)];

/// What is wrong.
const WRONG: RGBColor = RGBColor(200, 0, 0);

/// Numbers by epoch, from 1 on.
#[derive(Clone, Debug)]
pub struct Curve<'a> {
    /// What they are of.
    pub name: &'a str,
    /// One for each epoch, above 0.
    pub values: Vec<f64>,
}

/// A point with the class that a network gives it, and whether that is right.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Where it lies.
    pub at: (f64, f64),
    /// The class.
    pub class: usize,
    /// Whether it is right.
    pub right: bool,
}

/// An image of grey pixels from 0, white, to 1, black, with what a network says of it.
#[derive(Clone, Debug)]
pub struct Image {
    /// Row after row, as many rows as columns.
    pub pixels: Vec<f64>,
    /// The class that it is of.
    pub label: usize,
    /// The class that the network gives it.
    pub class: usize,
}

/// Draws curves over a logarithmic axis.
///
/// # Errors
/// What the drawing library says.
pub fn curves(path: &Path, title: &str, unit: &str, curves: &[Curve<'_>]) -> Result {
    let area = SVGBackend::new(path, (800, 480)).into_drawing_area();
    area.fill(&WHITE)?;
    let values = || curves.iter().flat_map(|curve| curve.values.iter().copied()).filter(|&value| value > 0.0);
    let range = values().fold(f64::INFINITY, f64::min) / 1.3..values().fold(0.0, f64::max) * 1.3;
    let epochs = curves.iter().map(|curve| curve.values.len()).max().unwrap_or(1);
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(1.0..(epochs as f64).max(2.0), range.log_scale())?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .y_desc(format!("{unit}, logarithmic"))
        .x_label_formatter(&|epoch| format!("{epoch:.0}"))
        .label_style(("sans-serif", 14))
        .light_line_style(BLACK.mix(0.06))
        .draw()?;
    for (curve, colour) in curves.iter().zip(COLOURS.iter().cycle()) {
        let points = (1..).map(f64::from).zip(curve.values.iter().copied());
        let line = LineSeries::new(points, colour.stroke_width(2));
        let mark = move |(x, y)| PathElement::new([(x, y), (x + 24, y)], colour.stroke_width(2));
        chart.draw_series(line)?.label(curve.name).legend(mark);
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .legend_area_size(32)
        .label_font(("sans-serif", 15))
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    Ok(area.present()?)
}

/// Draws points in the colours of their classes; a ring marks what is wrong.
///
/// # Errors
/// What the drawing library says.
pub fn points(path: &Path, title: &str, axes: [&str; 2], classes: &[&str], points: &[Point]) -> Result {
    let area = SVGBackend::new(path, (800, 560)).into_drawing_area();
    area.fill(&WHITE)?;
    let range = |of: fn(&Point) -> f64| {
        let (least, most) = points.iter().map(of).fold((f64::INFINITY, 0.0_f64), |(a, b), x| (a.min(x), b.max(x)));
        let margin = 0.08 * (most - least).max(1e-9);
        least - margin..most + margin
    };
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(range(|point| point.at.0), range(|point| point.at.1))?;
    let [x, y] = axes;
    chart
        .configure_mesh()
        .x_desc(x)
        .y_desc(y)
        .label_style(("sans-serif", 14))
        .light_line_style(BLACK.mix(0.06))
        .draw()?;
    for (class, (name, colour)) in classes.iter().zip(COLOURS.iter().cycle()).enumerate() {
        let style = colour.mix(0.8).filled();
        let found = points.iter().filter(|point| point.class == class);
        let mark = move |(x, y)| Circle::new((x + 12, y), 5, colour.filled());
        chart.draw_series(found.map(|point| Circle::new(point.at, 5, style)))?.label(*name).legend(mark);
    }
    let wrong = points.iter().filter(|point| !point.right);
    let ring = |(x, y)| Circle::new((x + 12, y), 8, WRONG.stroke_width(2));
    chart.draw_series(wrong.map(|point| Circle::new(point.at, 9, WRONG.stroke_width(2))))?.label("wrong").legend(ring);
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .legend_area_size(28)
        .label_font(("sans-serif", 15))
        .background_style(WHITE.mix(0.9))
        .border_style(BLACK.mix(0.3))
        .draw()?;
    Ok(area.present()?)
}

/// Draws images in rows of eight, each over the class that the network gives it; in red what is wrong, with what it is.
///
/// # Errors
/// What the drawing library says.
pub fn images(path: &Path, title: &str, images: &[Image]) -> Result {
    const ACROSS: usize = 8;
    const CELL: usize = 100;
    let rows = images.len().div_ceil(ACROSS).max(1);
    let size = (u32::try_from(ACROSS * CELL)?, u32::try_from(rows * (CELL + 10) + 50)?);
    let area = SVGBackend::new(path, size).into_drawing_area();
    area.fill(&WHITE)?;
    let area = area.titled(title, ("sans-serif", 20))?;
    for (cell, image) in area.split_evenly((rows, ACROSS)).iter().zip(images) {
        draw_image(cell, image)?;
    }
    Ok(area.present()?)
}

/// Draws 32 of the images that were held out, with what a network found for each: first what it gets wrong, then others.
///
/// # Errors
/// What the drawing library says.
pub fn predictions<R: Real>(path: &Path, held_out: &Samples<R>, found: &[usize]) -> Result {
    let mut order: Vec<usize> = (0..held_out.len()).collect();
    order.sort_by_key(|&row| found[row] == held_out.labels[row]);
    let image = |&row: &usize| {
        let pixels = held_out.features.row(row)?.iter().map(Real::widen).collect();
        Ok(Image { pixels, label: held_out.labels[row], class: found[row] })
    };
    let shown = order.iter().take(32).map(image).collect::<Result<Vec<_>>>()?;
    images(path, "Images that were held out, the wrong ones first, and what the network says", &shown)
}

fn draw_image(cell: &Area<'_>, image: &Image) -> Result {
    const PIXELS: i32 = 72;
    let side = image.pixels.len().isqrt().max(1);
    let edge = |at: usize| 14 + PIXELS * i32::try_from(at).unwrap_or(0) / i32::try_from(side).unwrap_or(1);
    for (at, &pixel) in image.pixels.iter().enumerate() {
        let (row, column) = (at / side, at % side);
        let corners = [(edge(column), edge(row) - 8), (edge(column + 1), edge(row + 1) - 8)];
        cell.draw(&Rectangle::new(corners, BLACK.mix(pixel.clamp(0.0, 1.0)).filled()))?;
    }
    let right = image.class == image.label;
    let colour = if right { BLACK } else { WRONG };
    cell.draw(&Rectangle::new([(edge(0), edge(0) - 8), (edge(side), edge(side) - 8)], colour.mix(0.5)))?;
    let text = if right { image.class.to_string() } else { format!("{}, is {}", image.class, image.label) };
    let style = ("sans-serif", 15).into_font().color(&colour).pos(Pos::new(HPos::Center, VPos::Top));
    cell.draw_text(&text, &style, ((edge(0) + edge(side)) / 2, edge(side) - 4))?;
    Ok(())
}

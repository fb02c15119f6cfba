//! Marks: what stands for a tool in the plot. Discs are ours and the tools of other languages, triangles the Rust crates.

use anygrad_gradbench::peers::Crate;
use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Failure;
use crate::row::{OWN, Row};

/// A tool that has marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) tool: String,
    kind: Kind,
    /// Its place among those of its kind.
    number: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Own,
    Other,
    Crate,
}

impl Kind {
    fn of(tool: &str) -> Self {
        if tool == OWN {
            Self::Own
        } else if Crate::EACH.iter().any(|peer| peer.name() == tool) {
            Self::Crate
        } else {
            Self::Other
        }
    }
}

/// The marks of the tools that have times: ours first, then those of other languages, then the crates. The base has none: it is the
/// line at 1.
pub(crate) fn marks(rows: &[Row], bases: &[String]) -> Vec<Mark> {
    let mut tools: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| row.valid().is_some() && bases.first() != Some(&row.tool)) {
        if !tools.contains(&row.tool.as_str()) {
            tools.push(&row.tool);
        }
    }
    let of = |kind: Kind| tools.iter().filter(move |tool| Kind::of(tool) == kind).enumerate();
    let marks = |kind: Kind| of(kind).map(move |(number, tool)| Mark { tool: (*tool).to_owned(), kind, number });
    [Kind::Own, Kind::Other, Kind::Crate].into_iter().flat_map(marks).collect()
}

impl Mark {
    /// Whether it stands for us.
    pub(crate) fn is_own(&self) -> bool {
        self.kind == Kind::Own
    }

    /// Whether it stands for a Rust crate.
    pub(crate) fn is_crate(&self) -> bool {
        self.kind == Kind::Crate
    }

    /// Draws it at a place.
    pub(crate) fn draw(&self, area: &DrawingArea<SVGBackend<'_>, Shift>, place: (i32, i32)) -> Result<(), Failure> {
        let style = self.colour().filled();
        match self.kind {
            Kind::Own => area.draw(&Circle::new(place, 8, style))?,
            Kind::Other => area.draw(&Circle::new(place, 5, style))?,
            Kind::Crate => area.draw(&TriangleMarker::new(place, 6, style))?,
        }
        Ok(())
    }

    /// Ours in a red that no other has.
    fn colour(&self) -> RGBColor {
        const OTHERS: [RGBColor; 6] = [
            RGBColor(0, 114, 178),
            RGBColor(0, 158, 115),
            RGBColor(230, 159, 0),
            RGBColor(150, 110, 190),
            RGBColor(86, 180, 233),
            RGBColor(120, 120, 120),
        ];
        const CRATES: [RGBColor; 7] = [
            RGBColor(140, 86, 75),
            RGBColor(227, 119, 194),
            RGBColor(23, 160, 180),
            RGBColor(188, 170, 20),
            RGBColor(110, 100, 10),
            RGBColor(60, 60, 160),
            RGBColor(50, 50, 50),
        ];
        match self.kind {
            Kind::Own => RGBColor(214, 39, 40),
            Kind::Other => OTHERS[self.number % OTHERS.len()],
            Kind::Crate => CRATES[self.number % CRATES.len()],
        }
    }
}

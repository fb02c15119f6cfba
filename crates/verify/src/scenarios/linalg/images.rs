//! Convolution, pooling and batch normalisation. Images come as a matrix with an image in each row.

use anygrad_core::{Error, Scalar};
use anygrad_linalg::{Axis, Images, Matrix, Statistics, Window};

use super::{Kind, Row, mixed, positive};

#[derive(Clone, Copy)]
pub(super) enum Image {
    Convolve(Layout, Window),
    MaxPool(Layout, Window),
    MeanPool(Layout, Window),
    AddToChannels(Layout),
    ScaleChannelsBy(Layout),
    Normalise(Layout),
    NormaliseBy(Layout),
    NormaliseAlong(Axis),
    NormaliseAlongBy(Axis),
}

/// How the numbers of a row are laid out.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    channels: usize,
    size: [usize; 2],
}

const fn layout(channels: usize, size: [usize; 2]) -> Layout {
    Layout { channels, size }
}

pub(super) fn rows() -> Vec<Row> {
    use Image::*;
    let row = |name, image, shapes| Row { name, kind: Kind::Image(image), shapes, fill: mixed, order: 2 };
    let pair = |a, b| vec![vec![a, b]];
    let square = layout(1, [3, 3]);
    let (tall, wide, pixels) = (layout(2, [3, 1]), layout(1, [1, 4]), layout(2, [2, 1]));
    let apart = Window::of([2, 2]).by([2, 1]).padded([1, 0]);
    let overlapping = Window::of([2, 2]).padded([1, 1]).by([1, 2]);
    vec![
        row("convolve", Convolve(square, Window::of([2, 2])), pair((2, 9), (1, 4))),
        row("convolve 1×1", Convolve(layout(2, [1, 1]), Window::of([1, 1])), pair((1, 2), (1, 2))),
        row("convolve tall", Convolve(tall, Window::of([2, 1])), pair((2, 6), (1, 4))),
        row("convolve wide", Convolve(wide, Window::of([1, 2]).by([1, 2])), pair((2, 4), (2, 2))),
        row("convolve by steps", Convolve(square, apart), pair((1, 9), (2, 4))),
        row("convolve padded", Convolve(layout(1, [2, 2]), Window::of([3, 3]).padded([1, 1])), pair((1, 4), (1, 9))),
        row("convolve nothing", Convolve(layout(1, [2, 2]), Window::of([2, 2])), pair((0, 4), (1, 4))),
        row("max_pool", MaxPool(layout(2, [2, 2]), Window::tile([2, 1])), vec![vec![(2, 8)], vec![(1, 8)]]),
        row("max_pool overlapping", MaxPool(square, overlapping), vec![vec![(1, 9)]]),
        row("mean_pool", MeanPool(layout(2, [2, 2]), Window::tile([2, 1])), vec![vec![(2, 8)], vec![(1, 8)]]),
        row("mean_pool overlapping", MeanPool(square, overlapping), vec![vec![(1, 9)]]),
        row("add_to_channels", AddToChannels(tall), pair((2, 6), (1, 2))),
        row("scale_channels_by", ScaleChannelsBy(tall), pair((2, 6), (1, 2))),
        row("normalise channels", Normalise(pixels), vec![vec![(2, 4)]]),
        Row { fill: positive, ..row("normalise_by channels", NormaliseBy(pixels), vec![vec![(2, 4), (1, 2), (1, 2)]]) },
        // Two numbers become ±1 whatever they are: their derivatives are what rounding leaves of a difference.
        row("normalise rows", NormaliseAlong(Axis::Rows), [(3, 2), (4, 1)].map(|shape| vec![shape]).into()),
        row("normalise columns", NormaliseAlong(Axis::Columns), [(2, 3), (1, 4)].map(|shape| vec![shape]).into()),
        Row {
            fill: positive,
            ..row("normalise_by rows", NormaliseAlongBy(Axis::Rows), vec![vec![(3, 2), (1, 2), (1, 2)]])
        },
        Row {
            fill: positive,
            ..row("normalise_by columns", NormaliseAlongBy(Axis::Columns), vec![vec![(3, 2), (1, 3), (1, 3)]])
        },
    ]
}

/// What is added to a variance.
const EPSILON: f64 = 0.01;

impl Image {
    pub(super) fn apply<S: Scalar>(self, operands: &[Matrix<S>]) -> Result<Vec<S>, Error> {
        let a = &operands[0];
        let b = operands.get(1).unwrap_or(a);
        let images = |layout: Layout| Images::from_rows(a, layout.channels, layout.size);
        let statistics = || Statistics { mean: b.flatten(), variance: operands[2].flatten() };
        let epsilon = S::lit(EPSILON).primal();
        match self {
            Self::Convolve(layout, window) => Ok(images(layout)?.convolve(b, window)?.to_rows().to_vec()),
            Self::MaxPool(layout, window) => Ok(images(layout)?.max_pool(window)?.to_vec()),
            Self::MeanPool(layout, window) => Ok(images(layout)?.mean_pool(window)?.to_vec()),
            Self::AddToChannels(layout) => Ok(images(layout)?.add_to_channels(&b.flatten())?.to_vec()),
            Self::ScaleChannelsBy(layout) => Ok(images(layout)?.scale_channels_by(&b.flatten())?.to_vec()),
            Self::Normalise(layout) => Ok(images(layout)?.normalise(epsilon).0.to_vec()),
            Self::NormaliseBy(layout) => Ok(images(layout)?.normalise_by(&statistics(), epsilon)?.to_vec()),
            Self::NormaliseAlong(axis) => Ok(a.normalise(axis, epsilon).0.to_vec()),
            Self::NormaliseAlongBy(axis) => Ok(a.normalise_by(axis, &statistics(), epsilon)?.to_vec()),
        }
    }
}

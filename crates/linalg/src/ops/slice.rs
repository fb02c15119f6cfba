//! A part of an array, and zeros around one.

use anygrad_core::Real;

use super::impl_linear;

/// `outer × axis × inner` numbers, of which `len` along the axis are taken, from `start` on. The adjoint is [`Pad`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// How often the axis occurs.
    pub outer: usize,
    /// The length of the axis.
    pub axis: usize,
    /// The numbers at each place of the axis.
    pub inner: usize,
    /// The first place that is taken.
    pub start: usize,
    /// How many are taken.
    pub len: usize,
}

/// The same places filled, and zeros in all others. The adjoint is [`Slice`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pad(pub Slice);

impl Slice {
    fn whole(self) -> usize {
        self.outer * self.axis * self.inner
    }

    fn part(self) -> usize {
        self.outer * self.len * self.inner
    }

    /// The pairs of the ranges that belong together: in the whole, and in the part.
    fn ranges(self) -> impl Iterator<Item = (std::ops::Range<usize>, std::ops::Range<usize>)> {
        let len = self.len * self.inner;
        (0..self.outer).map(move |i| {
            let start = (i * self.axis + self.start) * self.inner;
            (start..start + len, i * len..(i + 1) * len)
        })
    }

    fn compute<R: Real>(self, args: &[&[R]], part: &mut [R]) {
        let whole = args[0];
        self.ranges().for_each(|(from, to)| part[to].copy_from_slice(&whole[from]));
    }
}

impl Pad {
    fn compute<R: Real>(self, args: &[&[R]], whole: &mut [R]) {
        let part = args[0];
        self.0.ranges().for_each(|(to, from)| whole[to].copy_from_slice(&part[from]));
    }
}

impl_linear!(Slice, "slice", overwrites true, |this| len this.part(), operand this.whole(), adjoint Pad(this));
impl_linear!(Pad, "pad", |this| len this.0.whole(), operand this.0.part(), adjoint this.0);

//! `Group`: some of the rows of a chunk.

/// Lanes of a chunk, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group(u64);

impl Group {
    /// So many lanes at most.
    pub(crate) const MAX: u32 = u64::BITS;

    pub(super) const NONE: Self = Self(0);

    /// The first `len` lanes, of which there is at least one.
    pub(super) fn first(len: u32) -> Self {
        Self(u64::MAX >> (Self::MAX - len))
    }

    pub(super) fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The first `len` of these lanes.
    pub(super) fn take(self, len: u32) -> Self {
        if self.len() <= len { self } else { self.lanes().take(len as usize).collect() }
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn has(self, lane: u32) -> bool {
        self.0 >> lane & 1 == 1
    }

    /// The lanes in ascending order.
    pub(super) fn lanes(self) -> impl Iterator<Item = u32> {
        let mut bits = self.0;
        std::iter::from_fn(move || {
            let lane = bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
            (lane < Self::MAX).then_some(lane)
        })
    }

    /// The first and the last lane.
    pub(super) fn ends(self) -> Option<(u32, u32)> {
        (self != Self::NONE).then(|| (self.0.trailing_zeros(), Self::MAX - 1 - self.0.leading_zeros()))
    }

    /// The first lane, if all from there on to the last one belong to the group.
    pub(super) fn start(self) -> Option<u32> {
        self.ends().filter(|(first, last)| last - first + 1 == self.len()).map(|(first, _)| first)
    }
}

impl FromIterator<u32> for Group {
    fn from_iter<I: IntoIterator<Item = u32>>(lanes: I) -> Self {
        Self(lanes.into_iter().fold(0, |bits, lane| bits | 1 << lane))
    }
}

//! `Relation`: what a comparison asks.

/// What a comparison of two numbers asks. NaN stands in no relation, not even to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `a < b`.
    Less,
    /// `a ≤ b`.
    LessOrEqual,
    /// `a = b`.
    Equal,
}

impl Relation {
    /// Whether the relation holds.
    #[inline]
    pub fn holds<R: PartialOrd>(self, a: R, b: R) -> bool {
        match self {
            Self::Less => a < b,
            Self::LessOrEqual => a <= b,
            Self::Equal => a == b,
        }
    }
}

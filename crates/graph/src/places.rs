//! `Places`: where the values of a block are in code that it is rewritten to.

use smallvec::{SmallVec, smallvec};

use crate::code::{Operand, Operands, Span};

/// Where the values of an instruction are: from which one on, where.
pub(crate) type Parts = SmallVec<[(u32, Operand); 1]>;

/// Of each instruction of a block, where its values are now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(Vec<Parts>);

impl Places {
    /// Says where the values of the next instruction are.
    pub(crate) fn push(&mut self, parts: Parts) {
        self.0.push(parts);
    }

    /// Says that the values of an instruction are elsewhere.
    pub(crate) fn replace(&mut self, def: u32, parts: Parts) {
        self.0[def as usize] = parts;
    }

    /// Where a value is now.
    pub(crate) fn at(&self, operand: Operand) -> Operand {
        let parts = &self.0[operand.def as usize];
        let (from, first) = parts.iter().rfind(|(from, _)| *from <= operand.at).copied().unwrap_or((0, parts[0].1));
        first.plus(operand.at - from)
    }

    /// Where neighbours are now; `pack` puts them side by side again if they are not.
    pub(crate) fn span(&self, span: Span, pack: impl FnOnce(Operands) -> Operand) -> Span {
        let first = self.at(span.first);
        let last = span.len.saturating_sub(1);
        if self.at(span.first.plus(last)) == first.plus(last) {
            return Span { first, ..span };
        }
        Span { first: pack((0..span.len).map(|at| self.at(span.first.plus(at))).collect()), ..span }
    }
}

impl FromIterator<Parts> for Places {
    fn from_iter<I: IntoIterator<Item = Parts>>(parts: I) -> Self {
        Self(parts.into_iter().collect())
    }
}

/// All values of an instruction side by side.
pub(crate) fn whole(first: Operand) -> Parts {
    smallvec![(0, first)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operand(def: u32, at: u32) -> Operand {
        Operand { def, at }
    }

    #[test]
    fn neighbours_that_were_parted_are_packed() {
        let mut places: Places = [whole(operand(3, 0))].into_iter().collect();
        places.push(smallvec![(0, operand(7, 0)), (2, operand(7, 5))]);
        let span = |def, at, len| {
            let mut packed = None;
            let first = operand(def, at);
            let found = places.span(Span { first, len }, |args| {
                packed = Some(args.to_vec());
                operand(9, 0)
            });
            (found.first, packed)
        };
        assert_eq!(span(0, 1, 4), (operand(3, 1), None));
        assert_eq!(span(1, 0, 2), (operand(7, 0), None));
        assert_eq!(span(1, 2, 3), (operand(7, 5), None));
        assert_eq!(span(1, 1, 2), (operand(9, 0), Some(vec![operand(7, 1), operand(7, 5)])));
    }
}

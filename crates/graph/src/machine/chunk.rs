//! `Chunk<R>`: some neighbouring rows of a loop, run side by side.

use anygrad_core::Real;

use super::group::Group;
use super::kernel::Lanes;
use crate::code::Layout;

/// An array with rows in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strip<'a, R> {
    pub(crate) values: &'a [R],
    pub(crate) layout: Layout,
}

impl<'a, R> Strip<'a, R> {
    /// What belongs to a row.
    pub(crate) fn row(&self, row: u32) -> &'a [R] {
        &self.values[(row * self.layout.step) as usize..][..self.layout.width as usize]
    }
}

/// Rows in ascending order, a lane for each. A row is open until a path through the body was found for it.
#[derive(Clone, Debug)]
pub(crate) struct Chunk<R> {
    width: u32,
    first: u32,
    len: u32,
    open: Group,
    /// Of each result its lanes.
    results: Vec<R>,
}

impl<R: Real> Chunk<R> {
    /// Room for many rows of a loop, or for one: where there is a state, they run one after the other.
    pub(crate) fn of(by_row: bool) -> Self {
        let width = if by_row { 1 } else { Group::MAX };
        Self { width, first: 0, len: 0, open: Group::NONE, results: Vec::new() }
    }

    /// So many rows at most.
    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    /// Begins with other rows, at least one, all open.
    pub(crate) fn begin(&mut self, first: u32, len: u32) {
        (self.first, self.len, self.open) = (first, len, Group::first(len));
    }

    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// The lanes that are open.
    pub(super) fn open(&self) -> Group {
        self.open
    }

    /// The first and the last row that are open.
    pub(crate) fn open_rows(&self) -> Option<(u32, u32)> {
        self.open.ends().map(|(first, last)| (self.first + first, self.first + last))
    }

    /// A result of all rows.
    pub(super) fn result(&self, k: usize) -> &[R] {
        &self.results[k * self.width as usize..][..self.len as usize]
    }

    /// The results of the only row there is room for.
    pub(super) fn only_row(&self) -> Option<&[R]> {
        (self.width == 1).then_some(&*self.results)
    }

    /// The results from a certain one on, each of all rows.
    pub(crate) fn results(&self, first: usize) -> impl Iterator<Item = &[R]> {
        let (width, len) = (self.width as usize, self.len as usize);
        self.results[first * width..].chunks_exact(width).map(move |lanes| &lanes[..len])
    }

    /// Closes a row, with its results.
    pub(crate) fn close(&mut self, row: u32, results: impl ExactSizeIterator<Item = R>) {
        let (lane, width) = (row - self.first, self.width as usize);
        if width == 1 {
            self.results.clear();
            self.results.extend(results);
        } else {
            self.results.resize(results.len() * width, R::zero());
            let lanes = self.results.chunks_exact_mut(width);
            lanes.zip(results).for_each(|(lanes, result)| lanes[lane as usize] = result);
        }
        self.open = self.open.without([lane].into_iter().collect());
    }

    /// An element of each row of a group, side by side.
    pub(super) fn gather(&self, group: Group, Strip { values, layout }: Strip<'_, R>, at: u32, to: &mut [R]) {
        let (step, len) = (layout.step as usize, group.len() as usize);
        let row = |lane: u32| &values[(self.first + lane) as usize * step + at as usize..];
        match group.start().map(row) {
            Some(values) if step == 1 => to[..len].copy_from_slice(&values[..len]),
            Some(values) => to[..len].iter_mut().enumerate().for_each(|(i, to)| *to = values[i * step]),
            None => group.lanes().zip(to).for_each(|(lane, to)| *to = row(lane)[0]),
        }
    }

    /// Closes the rows of a group but those that failed, with their results, which are side by side like the rows. The lanes
    /// that failed are counted in the group.
    pub(super) fn keep(&mut self, group: Group, failed: Group, slots: &[R], results: &[Lanes]) {
        let width = self.width as usize;
        self.results.resize(results.len() * width, R::zero());
        let arrays = self.results.chunks_exact_mut(width).zip(results);
        if let (Some(start), true) = (group.start(), failed == Group::NONE) {
            for (to, from) in arrays {
                let to = &mut to[start as usize..][..group.len() as usize];
                match from.side_by_side(slots, group.len()) {
                    Some(from) => to.copy_from_slice(from),
                    None => to.fill(slots[from.first as usize]),
                }
            }
            self.open = self.open.without(group);
            return;
        }
        let passed = || (0..).zip(group.lanes()).filter(|&(slot, _)| !failed.has(slot));
        for (to, from) in arrays {
            passed().for_each(|(slot, lane)| to[lane as usize] = slots[from.at(slot)]);
        }
        self.open = self.open.without(passed().map(|(_, lane)| lane).collect());
    }
}

//! `Nodes<'g, R>`: an array of numbers that are recorded.

use std::any::Any;

use anygrad_core::arrays::{AddArrays, Array, Block, Buffer};
use anygrad_core::loops::{Repeat, Strip};
use anygrad_core::{Real, Scalar};
use smallvec::SmallVec;

use crate::code::{Layout, Operand, Span};
use crate::node::Node;
use crate::own_block::{Named, OwnBlock};
use crate::recorder::Recorder;
use crate::repeat::{array, repeat};
use crate::transform::Draft;

/// Shorter arrays are gone through element by element.
const FEW: usize = 8;

/// An array of numbers of a program in the making.
#[derive(Clone, Debug)]
pub enum Nodes<'g, R: Real> {
    /// Floats that depend on nothing. An operation takes them as a data parameter of the program.
    Constant(Buffer<R>),
    /// Numbers that a program defines, constants among them.
    Numbers(Vec<Node<'g, R>>),
}

impl<'g, R: Real> Nodes<'g, R> {
    /// Neighbours of the innermost block, whose values are not known.
    pub(crate) fn at(recorder: &'g Recorder<R>, first: Operand, len: usize) -> Self {
        Self::Numbers((0..len as u32).map(|at| recorder.node(first.plus(at), R::nan())).collect())
    }

    fn recorder(&self) -> Option<&'g Recorder<R>> {
        match self {
            Self::Constant(_) => None,
            Self::Numbers(nodes) => nodes.iter().find_map(Node::recorder),
        }
    }

    fn values(&self) -> Buffer<R> {
        match self {
            Self::Constant(floats) => floats.clone(),
            Self::Numbers(nodes) => nodes.iter().map(Node::value).collect(),
        }
    }

    /// Where the numbers are in the innermost block, side by side.
    pub(crate) fn place(&self, recorder: &'g Recorder<R>) -> Span {
        let first = match self {
            Self::Constant(floats) if !recorder.is_symbolic() => recorder.data(floats),
            Self::Constant(floats) => array(recorder, &floats.iter().map(|&c| Node::constant(c)).collect::<Vec<_>>()),
            Self::Numbers(nodes) => array(recorder, nodes),
        };
        Span { first, len: self.len() as u32 }
    }

    /// Applies an operation on arrays.
    pub(crate) fn block<B: Block<R>>(block: B, args: &[&Self]) -> Self {
        if block.is_fused()
            && let Some(outputs) = block.gates::<Node<'g, R>>(args)
        {
            return outputs;
        }
        let known = || (&block as &dyn Any).downcast_ref::<Named>().and_then(|named| named.block());
        let own = || known().unwrap_or_else(|| OwnBlock::of(block));
        Self::kept(block.size(), args, &|args| block.output(args), &own)
    }

    /// Applies an operation that a program keeps, by its value: compiled once for all of them.
    fn kept(
        size: usize,
        args: &[&Self],
        output: &dyn Fn(&[&Buffer<R>]) -> Buffer<R>,
        own: &dyn Fn() -> OwnBlock<R>,
    ) -> Self {
        let recorder = args.iter().find_map(|arg| arg.recorder());
        let values = match recorder {
            Some(recorder) if recorder.is_symbolic() => Buffer::from_fn(size, |_| R::nan()),
            _ => {
                let args: SmallVec<[Buffer<R>; 4]> = args.iter().map(|arg| arg.values()).collect();
                let args: SmallVec<[&Buffer<R>; 4]> = args.iter().collect();
                output(&args)
            }
        };
        let Some(recorder) = recorder else { return Self::Constant(values) };
        let args = args.iter().map(|arg| arg.place(recorder)).collect();
        let first = recorder.emit_arrays(own(), args);
        Self::Numbers((0..).zip(&*values).map(|(at, &value)| recorder.node(first.plus(at), value)).collect())
    }

    /// `f` element by element as the body of a loop, where the values are not known.
    fn drafted<const K: usize>(
        recorder: &'g Recorder<R>,
        args: [&Self; K],
        f: impl Fn([Node<'g, R>; K]) -> Node<'g, R>,
    ) -> Self {
        let (len, each) = (args[0].len(), Layout { width: 1, step: 1 });
        let mut draft = Draft::new(recorder, len as u32);
        let rows = args.map(|arg| draft.add_rows(arg.place(recorder).first, each));
        draft.outs = vec![each];
        draft.open();
        let row = rows.map(|number| recorder.node(draft.row(number), R::nan()));
        draft.close(&[f(row)]);
        Self::at(recorder, draft.finish(), len)
    }
}

/// A function of the elements at each place of some arrays, as a loop.
struct Each<'l, 'g, R: Real, F, const K: usize> {
    args: [&'l Nodes<'g, R>; K],
    f: F,
}

impl<'g, R: Real, F: Fn([Node<'g, R>; K]) -> Node<'g, R>, const K: usize> Repeat<Node<'g, R>>
    for Each<'_, 'g, R, F, K>
{
    type Output = Nodes<'g, R>;

    fn run(self) -> Nodes<'g, R> {
        Nodes::Numbers((0..self.trips()).map(|index| (self.f)(self.args.map(|arg| arg.get(index)))).collect())
    }

    fn trips(&self) -> usize {
        self.args[0].len()
    }

    fn strips<'a>(&'a self, take: &mut dyn FnMut(Strip<'a, Node<'g, R>>)) {
        for arg in self.args {
            take(match arg {
                Nodes::Constant(floats) => Strip::Data { values: floats, width: 1 },
                Nodes::Numbers(nodes) => Strip::Values { values: nodes, width: 1, step: 1 },
            });
        }
    }

    fn initial(&self) -> Vec<Node<'g, R>> {
        Vec::new()
    }

    fn sums(&self) -> usize {
        0
    }

    fn body(&self, parts: &[Vec<Node<'g, R>>], _: &[Node<'g, R>]) -> Vec<Node<'g, R>> {
        vec![(self.f)(std::array::from_fn(|k| parts[k][0]))]
    }

    fn finish(&self, values: &[Node<'g, R>]) -> Nodes<'g, R> {
        Nodes::Numbers(values.to_vec())
    }
}

impl<'g, R: Real> Array<Node<'g, R>> for Nodes<'g, R> {
    fn collect(len: usize, element: impl FnMut(usize) -> Node<'g, R>) -> Self {
        Self::Numbers((0..len).map(element).collect())
    }

    fn constant(values: Buffer<R>) -> Self {
        Self::Constant(values)
    }

    fn len(&self) -> usize {
        match self {
            Self::Constant(floats) => floats.len(),
            Self::Numbers(nodes) => nodes.len(),
        }
    }

    fn get(&self, index: usize) -> Node<'g, R> {
        match self {
            Self::Constant(floats) => Node::constant(floats[index]),
            Self::Numbers(nodes) => nodes[index],
        }
    }

    fn set(&mut self, index: usize, value: Node<'g, R>) {
        if let Self::Constant(floats) = self {
            *self = Self::Numbers(floats.iter().map(|&c| Node::constant(c)).collect());
        }
        if let Self::Numbers(nodes) = self {
            nodes[index] = value;
        }
    }

    #[track_caller]
    fn primal(&self) -> Buffer<R> {
        match self {
            Self::Constant(floats) => floats.clone(),
            Self::Numbers(nodes) => nodes.iter().map(|node| node.primal()).collect(),
        }
    }

    fn is_constant(&self) -> bool {
        self.recorder().is_none()
    }

    fn elementwise<const K: usize>(args: [&Self; K], f: impl Fn([Node<'g, R>; K]) -> Node<'g, R>) -> Self {
        let recorder = args.iter().find_map(|arg| arg.recorder());
        match recorder {
            Some(recorder) if recorder.is_symbolic() && args[0].len() >= FEW => Self::drafted(recorder, args, f),
            Some(_) if args[0].len() >= FEW => repeat(Each { args, f }),
            _ => Each { args, f }.run(),
        }
    }

    fn accumulate(&mut self, other: &Self) {
        *self = Self::block(AddArrays { len: self.len() }, &[self, other]);
    }
}

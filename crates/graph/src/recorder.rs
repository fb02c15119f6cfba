//! `Recorder<R>`: code in the making. Equal operations are shared, and exact folds are made on the way.

use std::cell::{Cell, RefCell};
use std::panic::Location;

use anygrad_core::{BinaryOp, Error, Real, Relation, UnaryOp, gates};
use smallvec::smallvec;

use crate::code::{Block, Gate, Loop, OnArrays, Op, Operand, Operands, Span};
use crate::frame::{Capture, Frame};
use crate::node::Node;
use crate::own_block::OwnBlock;
use crate::signs::Signed;

/// Code in the making, with a frame for each loop body that is being recorded.
#[derive(Debug)]
pub(crate) struct Recorder<R> {
    frames: RefCell<Vec<Frame<R>>>,
    /// Whether the values are not known, so that nothing may be made of them.
    symbolic: bool,
    /// Whether something was made of a value that is not known.
    looked: Cell<bool>,
    /// Whether a number was used outside of the loop body that it belongs to.
    escaped: Cell<bool>,
    limit: usize,
    next_frame: Cell<u32>,
    /// Data, and where it was.
    data: RefCell<Vec<(*const [R], Vec<R>)>>,
}

/// What an exact fold leaves of an operation on numbers of which some are constants.
enum Folded<R> {
    /// The operation as it is.
    No,
    /// The one argument that is not constant, unchanged.
    Same,
    /// A gate with a constant, of that argument.
    Gate(UnaryOp<R>),
}

impl<R: Real> Recorder<R> {
    /// An empty program.
    pub(crate) fn new(limit: usize, symbolic: bool) -> Self {
        Self {
            frames: RefCell::new(vec![Frame::new(0)]),
            symbolic,
            looked: Cell::new(false),
            escaped: Cell::new(false),
            limit: limit.min(u32::MAX as usize - 1),
            next_frame: Cell::new(1),
            data: RefCell::default(),
        }
    }

    /// Marks that something was made of a value that is not known.
    pub(crate) fn look(&self) {
        self.looked.set(true);
    }

    /// Whether [`look`](Self::look) was called since the last time that this was asked.
    pub(crate) fn has_looked(&self) -> bool {
        self.looked.replace(false)
    }

    /// Works on the innermost block.
    pub(crate) fn top<Y>(&self, work: impl FnOnce(&mut Frame<R>) -> Y) -> Y {
        let mut frames = self.frames.borrow_mut();
        if frames.is_empty() {
            frames.push(Frame::new(0));
        }
        let last = frames.len() - 1;
        work(&mut frames[last])
    }

    /// Begins the recording of a loop's body.
    pub(crate) fn open(&self) {
        let id = self.next_frame.get();
        self.next_frame.set(id + 1);
        self.frames.borrow_mut().push(Frame::new(id));
    }

    /// Ends it.
    pub(crate) fn close(&self) -> Frame<R> {
        self.frames.borrow_mut().pop().unwrap_or_else(|| Frame::new(0))
    }

    /// A parameter of the innermost block, of so many values.
    pub(crate) fn parameter(&self, number: u32, width: u32) -> Operand {
        self.top(|frame| frame.share(Op::Parameter(number), smallvec![], width))
    }

    /// The values of an instruction of the innermost block as nodes.
    pub(crate) fn node(&self, operand: Operand, value: R) -> Node<'_, R> {
        Node::of(self, self.top(|frame| frame.id), operand, value)
    }

    /// A number of the innermost block: it itself, a constant made there, or a parameter that stands for a number of a block
    /// around.
    pub(crate) fn operand(&self, node: Node<'_, R>) -> Operand {
        match node.place() {
            None => self.top(|frame| frame.share(Op::Constant(node.value()), smallvec![], 1)),
            Some((frame, operand)) => self.import(frame, operand.into(), &[node.value()]),
        }
    }

    /// Makes numbers of the block `frame` known in the innermost one.
    pub(crate) fn import(&self, frame: u32, mut span: Span, values: &[R]) -> Operand {
        let frames = &mut *self.frames.borrow_mut();
        let Some(home) = frames.iter().position(|other| other.id == frame) else {
            self.escaped.set(true);
            return Operand { def: 0, at: 0 };
        };
        for frame in &mut frames[home + 1..] {
            let known = frame.captures.iter().find(|capture| capture.outer == span).map(|capture| capture.def);
            let def = known.unwrap_or_else(|| {
                // The number of the parameter is settled when the body is complete.
                let def = frame.push(Op::Parameter(u32::MAX), smallvec![], span.len).def;
                frame.captures.push(Capture { outer: span, def, values: values.to_vec() });
                def
            });
            span.first = Operand { def, at: 0 };
        }
        span.first
    }

    /// Data of the program as values of the innermost block.
    pub(crate) fn data(&self, values: &[R]) -> Operand {
        let all = &mut *self.data.borrow_mut();
        // Arrays that happen to be equal may be exchanged one by one.
        let known = all.iter().position(|(place, data)| std::ptr::eq(*place, values) && same(data, values));
        let index = known.unwrap_or_else(|| {
            all.push((values, values.to_vec()));
            all.len() - 1
        });
        let len = values.len() as u32;
        let (id, first) = {
            let outermost = &mut self.frames.borrow_mut()[0];
            (outermost.id, outermost.share(Op::Parameter(1 + index as u32), smallvec![], len))
        };
        self.import(id, Span { first, len: values.len() as u32 }, values)
    }

    /// All data, when the program is complete.
    pub(crate) fn take_data(&self) -> Vec<Vec<R>> {
        self.data.take().into_iter().map(|(_, data)| data).collect()
    }

    /// Forgets what `trial` recorded in the innermost block.
    pub(crate) fn forget_trial(&self) {
        self.top(Frame::forget_trial);
    }

    /// An instruction on numbers, some of which may be constants, in the innermost block.
    pub(crate) fn emit(&self, op: Op<R>, args: &[Node<'_, R>], width: u32) -> Operand {
        let args: Operands = args.iter().map(|&arg| self.operand(arg)).collect();
        self.emit_on(op, args, width)
    }

    /// An instruction on operands of the innermost block.
    pub(crate) fn emit_on(&self, op: Op<R>, args: Operands, width: u32) -> Operand {
        self.top(|frame| frame.share(op, args, width))
    }

    /// Whether the values are not known.
    pub(crate) fn is_symbolic(&self) -> bool {
        self.symbolic
    }

    /// An operation on arrays of the innermost block.
    pub(crate) fn emit_arrays(&self, block: OwnBlock<R>, args: Vec<Span>) -> Operand {
        let width = block.size() as u32;
        self.emit_on(Op::Arrays(Box::new(OnArrays { block, args })), smallvec![], width)
    }

    /// A loop in the innermost block.
    pub(crate) fn emit_loop(&self, body: Loop<R>) -> Operand {
        let width = body.width();
        self.emit_on(Op::Loop(Box::new(body)), smallvec![], width)
    }

    /// A gate of one argument, unless it changes nothing.
    pub(crate) fn unary<'g>(&'g self, op: UnaryOp<R>, x: Node<'g, R>, value: R) -> Node<'g, R> {
        if is_identity(op) {
            return x;
        }
        match self.unary_without_signs(op, x) {
            Some(signed) => self.signed(signed, value),
            None => self.node(self.emit(Op::Gate(Gate::Unary(op)), &[x], 1), value),
        }
    }

    /// A gate of two arguments; one with a constant becomes a gate of one.
    pub(crate) fn binary<'g>(&'g self, op: BinaryOp, a: Node<'g, R>, b: Node<'g, R>, value: R) -> Node<'g, R> {
        let (folded, x) = match (a.place(), b.place()) {
            (Some(_), None) => (fold_right(op, b.value()), a),
            (None, Some(_)) => (fold_left(op, a.value()), b),
            _ => (Folded::No, a),
        };
        match folded {
            Folded::Same => x,
            Folded::Gate(op) => self.unary(op, x, value),
            Folded::No => match self.binary_without_signs(op, a, b) {
                Some(signed) => self.signed(signed, value),
                None => self.node(self.emit(Op::Gate(Gate::Binary(op)), &[a, b], 1), value),
            },
        }
    }

    fn signed<'g>(&'g self, signed: Signed<'g, R>, value: R) -> Node<'g, R> {
        match signed {
            Signed::Unary(op, x) => self.unary(op, x, value),
            Signed::Binary(op, a, b) => self.binary(op, a, b, value),
            Signed::Number(x) => x,
        }
    }

    /// Keeps the outcome of a comparison.
    pub(crate) fn guard(&self, relation: Relation, a: Node<'_, R>, b: Node<'_, R>, expected: bool, at: &Location<'_>) {
        if self.symbolic {
            return self.look();
        }
        self.emit(Op::Guard { relation, expected, place: Some(at.into()) }, &[a, b], 0);
    }

    /// Keeps the number that was looked at.
    pub(crate) fn exactly(&self, x: Node<'_, R>, at: &Location<'_>) {
        if self.symbolic {
            return self.look();
        }
        self.emit(Op::Exactly { value: x.value(), place: Some(at.into()) }, &[x], 0);
    }

    /// The finished block of a program.
    ///
    /// # Errors
    /// [`Error::TapeFull`] for more instructions than allowed, [`Error::ForeignVariable`] if a number left its loop body.
    pub(crate) fn finish(&self, results: Vec<Operand>) -> Result<Block<R>, Error> {
        if self.escaped.get() {
            return Err(Error::ForeignVariable { what: "a number of a loop's body, used outside of it" });
        }
        let mut frame = self.frames.take().swap_remove(0);
        let results = frame.in_order(results);
        let code = frame.code;
        if code.len() > self.limit { Err(Error::TapeFull { limit: self.limit }) } else { Ok(Block { code, results }) }
    }
}

fn same<R: Real>(a: &[R], b: &[R]) -> bool {
    a.iter().zip(b).all(|(a, b)| crate::run::is_same(*a, *b))
}

/// Whether a gate leaves every float as it is: `x·1`, `x/1`, `x + (−0)`.
fn is_identity<R: Real>(op: UnaryOp<R>) -> bool {
    match op {
        UnaryOp::MulConst(gate) => gate.c == R::one(),
        UnaryOp::DivConst(gate) => gate.c == R::one(),
        UnaryOp::AddConst(gate) => gate.c.is_zero() && gate.c.is_sign_negative(),
        _ => false,
    }
}

fn fold_right<R: Real>(op: BinaryOp, c: R) -> Folded<R> {
    let gate = match op {
        BinaryOp::Add => UnaryOp::AddConst(gates::AddConst { c }),
        BinaryOp::Sub => UnaryOp::AddConst(gates::AddConst { c: -c }),
        BinaryOp::Mul => UnaryOp::MulConst(gates::MulConst { c }),
        BinaryOp::Div => UnaryOp::DivConst(gates::DivConst { c }),
        _ => return Folded::No,
    };
    if is_identity(gate) { Folded::Same } else { Folded::Gate(gate) }
}

fn fold_left<R: Real>(op: BinaryOp, c: R) -> Folded<R> {
    match op {
        BinaryOp::Add | BinaryOp::Mul => fold_right(op, c),
        // The same number, with a partial that needs no second division.
        BinaryOp::Div if c == R::one() => Folded::Gate(UnaryOp::Recip(gates::Recip)),
        _ => Folded::No,
    }
}

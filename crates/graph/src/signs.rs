//! Signs: a product, a quotient and a difference are exact in them, so that a negation that another one undoes, or that an
//! addition can take over, is left out. (A sum is not: `−(a + b)` and `−a − b` differ in the sign of zero.)

use anygrad_core::{BinaryOp, Real, UnaryOp, gates};
use smallvec::smallvec;

use crate::code::{Gate, Instruction, Op, Operand, Operands};
use crate::frame::Frame;
use crate::node::Node;
use crate::recorder::Recorder;

/// What becomes of an operation whose arguments carry signs.
pub(crate) enum Signed<'g, R> {
    /// One of one argument.
    Unary(UnaryOp<R>, Node<'g, R>),
    /// One of two.
    Binary(BinaryOp, Node<'g, R>, Node<'g, R>),
    /// A number that is there already.
    Number(Node<'g, R>),
}

impl<R: Real> Recorder<R> {
    /// A gate of one argument with fewer signs; none if it stays as it is.
    pub(crate) fn unary_without_signs<'g>(&'g self, op: UnaryOp<R>, x: Node<'g, R>) -> Option<Signed<'g, R>> {
        match op {
            UnaryOp::Neg(_) => match self.opposite(x) {
                Some(opposite) => Some(Signed::Number(opposite)),
                None => {
                    self.product_with(x).map(|(c, x)| Signed::Unary(UnaryOp::MulConst(gates::MulConst { c: -c }), x))
                }
            },
            UnaryOp::MulConst(gate) if gate.c == -R::one() => Some(Signed::Unary(UnaryOp::Neg(gates::Neg), x)),
            UnaryOp::MulConst(gate) => {
                let gate = UnaryOp::MulConst(gates::MulConst { c: -gate.c });
                self.opposite(x).map(|x| Signed::Unary(gate, x))
            }
            UnaryOp::DivConst(gate) => {
                let gate = UnaryOp::DivConst(gates::DivConst { c: -gate.c });
                self.opposite(x).map(|x| Signed::Unary(gate, x))
            }
            UnaryOp::AddConst(gate) => {
                self.opposite(x).map(|x| Signed::Binary(BinaryOp::Sub, Node::constant_of(gate.c), x))
            }
            _ => None,
        }
    }

    /// A gate of two arguments with fewer signs; none if it stays as it is.
    pub(crate) fn binary_without_signs<'g>(
        &'g self,
        op: BinaryOp,
        a: Node<'g, R>,
        b: Node<'g, R>,
    ) -> Option<Signed<'g, R>> {
        match op {
            BinaryOp::Add => match self.opposite(b) {
                Some(b) => Some(Signed::Binary(BinaryOp::Sub, a, b)),
                None => self.opposite(a).map(|a| Signed::Binary(BinaryOp::Sub, b, a)),
            },
            BinaryOp::Sub => self.opposite(b).map(|b| Signed::Binary(BinaryOp::Add, a, b)),
            BinaryOp::Mul | BinaryOp::Div => Some(Signed::Binary(op, self.opposite(a)?, self.opposite(b)?)),
            _ => None,
        }
    }

    /// The number whose negative `x` is, if that takes no operation more than `x` does.
    fn opposite<'g>(&'g self, x: Node<'g, R>) -> Option<Node<'g, R>> {
        let (gate, args) = self.look_up(x, Frame::opposite)?;
        let operand = match gate {
            Some(gate) => self.emit_on(Op::Gate(gate), args, 1),
            None => args[0],
        };
        Some(self.node(operand, -x.value()))
    }

    /// The constant and the number that `x` is the product of.
    fn product_with<'g>(&'g self, x: Node<'g, R>) -> Option<(R, Node<'g, R>)> {
        let (c, factor) = self.look_up(x, Frame::product_with)?;
        Some((c, self.node(factor, x.value() / c)))
    }

    /// Looks at where a number of the innermost block is defined.
    fn look_up<Y>(&self, x: Node<'_, R>, look: impl FnOnce(&Frame<R>, Operand) -> Option<Y>) -> Option<Y> {
        let (home, operand) = x.place()?;
        self.top(|frame| if frame.id == home { look(frame, operand) } else { None })
    }
}

impl<R: Real> Frame<R> {
    /// What the negative of a number is made of: a gate of other numbers, or one of these itself.
    fn opposite(&self, operand: Operand) -> Option<(Option<Gate<R>>, Operands)> {
        let instruction = &self.code[operand.def as usize];
        let Op::Gate(gate) = &instruction.op else { return None };
        let args = &instruction.args;
        match gate {
            Gate::Unary(UnaryOp::Neg(_)) => Some((None, args.clone())),
            Gate::Binary(BinaryOp::Mul | BinaryOp::Div) => {
                let args: Operands = match [self.negated(args[0]), self.negated(args[1])] {
                    [Some(a), None] => smallvec![a, args[1]],
                    [None, Some(b)] => smallvec![args[0], b],
                    _ => return None,
                };
                Some((Some(gate.clone()), args))
            }
            _ => None,
        }
    }

    /// The constant and the operand of a product with a constant.
    fn product_with(&self, operand: Operand) -> Option<(R, Operand)> {
        match &self.code[operand.def as usize] {
            Instruction { op: Op::Gate(Gate::Unary(UnaryOp::MulConst(gate))), args, .. } => Some((gate.c, args[0])),
            _ => None,
        }
    }

    /// The operand of a negation.
    fn negated(&self, operand: Operand) -> Option<Operand> {
        let instruction = &self.code[operand.def as usize];
        matches!(instruction.op, Op::Gate(Gate::Unary(UnaryOp::Neg(_)))).then(|| instruction.args[0])
    }
}

//! `Step`: one operation of a program.

use anygrad_core::{Binary, BinaryOp, Nary, NaryOp, Real, Scalar, Unary, UnaryOp, gates};

/// An operation on earlier values of a program: the inputs come first, then one value a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Step<R = f64> {
    /// A number.
    Constant(R),
    /// A gate of one argument.
    Unary(UnaryOp<R>, usize),
    /// A gate of two arguments.
    Binary(BinaryOp, [usize; 2]),
    /// A gate of any number of arguments.
    Nary(NaryOp, Vec<usize>),
    /// The third value if the first is greater than the second, otherwise the fourth: a comparison, not a gate.
    Branch([usize; 4]),
}

impl<R: Real> Step<R> {
    /// The values that the step reads, in order.
    pub fn operands(&self) -> &[usize] {
        match self {
            Self::Constant(_) => &[],
            Self::Unary(_, a) => std::slice::from_ref(a),
            Self::Binary(_, ab) => ab,
            Self::Nary(_, args) => args,
            Self::Branch(args) => args,
        }
    }

    /// The values that the step reads, to be replaced.
    pub(super) fn operands_mut(&mut self) -> &mut [usize] {
        match self {
            Self::Constant(_) => &mut [],
            Self::Unary(_, a) => std::slice::from_mut(a),
            Self::Binary(_, ab) => ab,
            Self::Nary(_, args) => args,
            Self::Branch(args) => args,
        }
    }

    /// Whether the step makes a constant of a value that is none, which no difference of values shows.
    pub(super) fn detaches(&self) -> bool {
        matches!(self, Self::Unary(UnaryOp::Detach(_), _))
    }

    /// The step's value, from all the earlier ones.
    pub fn apply<S: Scalar<Real = R>>(&self, values: &[S]) -> S {
        match self {
            Self::Constant(c) => S::constant(*c),
            Self::Unary(op, a) => values[*a].unary(*op),
            &Self::Binary(op, [a, b]) => apply_binary(op, values[a], values[b]),
            Self::Nary(op, args) => S::nary(*op, &args.iter().map(|&arg| values[arg]).collect::<Vec<_>>()),
            &Self::Branch([a, b, yes, no]) => {
                if values[a] > values[b] {
                    values[yes]
                } else {
                    values[no]
                }
            }
        }
    }
}

/// By the operator where there is one, as a user writes it.
fn apply_binary<S: Scalar>(op: BinaryOp, a: S, b: S) -> S {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Rem => a % b,
        BinaryOp::Pow => a.powf(b),
        _ => a.binary(op, b),
    }
}

impl Step<f64> {
    /// The name of the gate, if the step is one.
    pub fn gate(&self) -> Option<&'static str> {
        match self {
            Self::Constant(_) | Self::Branch(_) => None,
            Self::Unary(op, _) => Some(op.name()),
            Self::Binary(op, _) => Some(Binary::<f64>::name(*op)),
            Self::Nary(op, _) => Some(Nary::<f64>::name(*op)),
        }
    }

    /// The value at floats, given for each operand.
    pub(super) fn value(&self, args: &[f64]) -> f64 {
        let mut own = self.clone();
        own.operands_mut().iter_mut().enumerate().for_each(|(position, operand)| *operand = position);
        own.apply(args)
    }

    /// The partials of the step, in the order of its operands.
    pub(super) fn slopes(&self, args: &[f64]) -> Vec<f64> {
        let y = self.value(args);
        match self {
            Self::Constant(_) => Vec::new(),
            Self::Unary(op, _) => vec![op.partial(args[0], y)],
            Self::Binary(op, _) => vec![op.partial_lhs(args[0], args[1], y), op.partial_rhs(args[0], args[1], y)],
            Self::Nary(op, _) => {
                let mut slopes = vec![0.0; args.len()];
                op.partials(args, y, |i, partial| slopes[i] = partial);
                slopes
            }
            Self::Branch(_) if args[0] > args[1] => vec![0.0, 0.0, 1.0, 0.0],
            Self::Branch(_) => vec![0.0, 0.0, 0.0, 1.0],
        }
    }

    /// Which smooth piece the step is on; 0 for a step that has one piece.
    pub(super) fn piece(&self, args: &[f64]) -> f64 {
        let side = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
        match self {
            Self::Unary(UnaryOp::Abs(_) | UnaryOp::Signum(_) | UnaryOp::Relu(_), _) | Self::Nary(NaryOp::Select, _) => {
                side(args[0])
            }
            Self::Unary(UnaryOp::Floor(_) | UnaryOp::Ceil(_) | UnaryOp::Trunc(_) | UnaryOp::Fract(_), _) => {
                args[0].floor() + args[0].ceil()
            }
            Self::Unary(UnaryOp::Round(_), _) => args[0].round(),
            Self::Binary(BinaryOp::Max | BinaryOp::Min, _) | Self::Branch(_) => side(args[0] - args[1]),
            Self::Binary(BinaryOp::Rem, _) => (args[0] / args[1]).trunc(),
            Self::Binary(BinaryOp::Copysign, _) => side(args[0]) + 3.0 * side(args[1]),
            Self::Nary(NaryOp::Clamp, _) => {
                side(args[0] - args[1]) + 3.0 * side(args[0] - args[2]) + 9.0 * side(args[2] - args[1])
            }
            Self::Constant(_) | Self::Unary(..) | Self::Binary(..) | Self::Nary(..) => 0.0,
        }
    }

    /// Whether moving one operand by its distance leaves the step on its piece.
    pub(super) fn keeps_piece(&self, args: &[f64], distance: impl Fn(usize) -> f64) -> bool {
        let here = self.piece(args);
        (0..args.len()).all(|i| {
            let mut moved = args.to_vec();
            [1.0, -1.0].into_iter().all(|sign| {
                moved[i] = args[i] + sign * distance(i);
                self.piece(&moved) == here
            })
        })
    }

    /// The same step in single precision.
    pub(super) fn narrowed(&self) -> Step<f32> {
        match self {
            Self::Constant(c) => Step::Constant(f32::narrow(*c)),
            Self::Unary(op, a) => Step::Unary(narrowed(*op), *a),
            Self::Binary(op, ab) => Step::Binary(*op, *ab),
            Self::Nary(op, args) => Step::Nary(*op, args.clone()),
            Self::Branch(args) => Step::Branch(*args),
        }
    }
}

/// The same row, its constants rounded.
fn narrowed(op: UnaryOp<f64>) -> UnaryOp<f32> {
    match op {
        UnaryOp::AddConst(gate) => UnaryOp::AddConst(gates::AddConst { c: f32::narrow(gate.c) }),
        UnaryOp::MulConst(gate) => UnaryOp::MulConst(gates::MulConst { c: f32::narrow(gate.c) }),
        UnaryOp::DivConst(gate) => UnaryOp::DivConst(gates::DivConst { c: f32::narrow(gate.c) }),
        UnaryOp::Powf(gate) => UnaryOp::Powf(gates::Powf { exponent: f32::narrow(gate.exponent) }),
        UnaryOp::Powi(gate) => UnaryOp::Powi(gate),
        UnaryOp::Polygamma(gate) => UnaryOp::Polygamma(gate),
        // Without constants: the row of the same place.
        plain => {
            let place = UnaryOp::<f64>::samples().iter().position(|(row, _)| *row == plain);
            UnaryOp::samples()[place.unwrap_or_default()].0
        }
    }
}

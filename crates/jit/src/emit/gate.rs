//! Gates: those that give the same bits as one or two instructions of the machine in place, the others by a call.

use anygrad_core::{BinaryOp, NaryOp, Real, UnaryOp, gates};
use anygrad_graph::code::{Gate, Operand};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, Value};

use super::Emit;
use crate::context::Applied;
use crate::helpers::{Constant, Helper, binary_helper, nary_helper, unary_helper};
use crate::plan::Part;

/// Up to so many arguments are added or multiplied in place.
const IN_PLACE: usize = 16;

/// Up to this integer exponent powers are multiplied out in place.
pub(crate) const EXPONENT: u32 = 64;

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    /// The value of a gate.
    pub(super) fn gate(&mut self, part: &Part<'p, R>, def: u32, gate: &Gate<R>, args: &[Operand]) {
        if let Gate::Unary(UnaryOp::Detach(_)) = gate {
            return self.rename(part, def, 0, args[0]);
        }
        let in_place = match gate {
            Gate::Unary(op) => self.unary(part, *op, args[0]),
            Gate::Binary(op) => self.binary(part, *op, args),
            Gate::Nary(op) => self.nary(part, *op, args),
            Gate::Own(_) => None,
        };
        match in_place {
            Some(value) => self.define(part, def, 0, value),
            None => self.apply(part, def, Applied { gate: gate.clone(), order: 0 }, args),
        }
    }

    fn unary(&mut self, part: &Part<'p, R>, op: UnaryOp<R>, arg: Operand) -> Option<Value> {
        if let Some(helper) = unary_helper(op) {
            return Some(self.call(part, helper, &[arg]));
        }
        let x = self.get(part, arg);
        Some(match op {
            UnaryOp::Sigmoid(_) => self.sigmoid(x),
            UnaryOp::Softplus(_) => self.softplus(x),
            UnaryOp::Neg(_) => self.neg(x),
            UnaryOp::AddConst(gate) => {
                let c = self.constant(gate.c);
                self.builder.ins().fadd(x, c)
            }
            UnaryOp::MulConst(gate) => {
                let c = self.constant(gate.c);
                self.builder.ins().fmul(x, c)
            }
            UnaryOp::DivConst(gate) => {
                let c = self.constant(gate.c);
                self.builder.ins().fdiv(x, c)
            }
            UnaryOp::Recip(_) => self.recip(x),
            UnaryOp::OneMinusSquare(_) => self.one_minus_square(x),
            UnaryOp::Sqrt(_) => self.builder.ins().sqrt(x),
            UnaryOp::Abs(_) => self.builder.ins().fabs(x),
            UnaryOp::FromZero(_) => self.domain_from_zero(x),
            UnaryOp::Relu(_) => self.relu(x),
            UnaryOp::Powi(gate) if gate.n.unsigned_abs() <= EXPONENT => self.powi(x, gate.n),
            _ => return None,
        })
    }

    /// `−x`, with the sign flipped of a NaN, too: a later `copysign` could show it.
    fn neg(&mut self, x: Value) -> Value {
        let sign = self.constant(R::neg_zero());
        self.builder.ins().bxor(x, sign)
    }

    /// As the row has it, with the exponential shared with the softplus of the same number.
    fn sigmoid(&mut self, x: Value) -> Value {
        let (is_positive, exp) = self.exp_below_one(x);
        let one = self.constant(R::one());
        let above = self.builder.ins().select(is_positive, one, exp);
        let below = self.builder.ins().fadd(exp, one);
        self.builder.ins().fdiv(above, below)
    }

    /// As the row has it, with the exponential shared with the sigmoid of the same number.
    fn softplus(&mut self, x: Value) -> Value {
        let (is_positive, exp) = self.exp_below_one(x);
        let rest = self.call_row(UnaryOp::Ln1p(gates::Ln1p), exp);
        let sum = self.builder.ins().fadd(x, rest);
        self.builder.ins().select(is_positive, sum, rest)
    }

    /// Whether `x` is positive, and `exp −|x|`.
    fn exp_below_one(&mut self, x: Value) -> (Value, Value) {
        if let Some(known) = self.known.exponential(x) {
            return known;
        }
        let zero = self.constant(R::zero());
        let is_positive = self.builder.ins().fcmp(FloatCC::GreaterThan, x, zero);
        let negative = self.neg(x);
        let exponent = self.builder.ins().select(is_positive, negative, x);
        let exp = self.call_row(UnaryOp::Exp(gates::Exp), exponent);
        self.known.keep_exponential(x, (is_positive, exp));
        (is_positive, exp)
    }

    /// A row of the table that is a call.
    fn call_row(&mut self, row: UnaryOp<R>, x: Value) -> Value {
        unary_helper(row).map_or(x, |helper| self.call_helper(helper.address, &[x]))
    }

    fn recip(&mut self, x: Value) -> Value {
        let one = self.constant(R::one());
        self.builder.ins().fdiv(one, x)
    }

    fn one_minus_square(&mut self, x: Value) -> Value {
        let (one, half) = (self.constant(R::one()), self.constant(R::narrow(0.5)));
        let size = self.builder.ins().fabs(x);
        let is_small = self.builder.ins().fcmp(FloatCC::LessThan, size, half);
        let square = self.builder.ins().fmul(x, x);
        let direct = self.builder.ins().fsub(one, square);
        let (minus, plus) = (self.builder.ins().fsub(one, x), self.builder.ins().fadd(one, x));
        let factored = self.builder.ins().fmul(minus, plus);
        self.builder.ins().select(is_small, direct, factored)
    }

    fn domain_from_zero(&mut self, x: Value) -> Value {
        let (zero, nan) = (self.constant(R::zero()), self.constant(R::nan()));
        let is_below = self.builder.ins().fcmp(FloatCC::LessThan, x, zero);
        let sum = self.builder.ins().fadd(x, zero);
        self.builder.ins().select(is_below, nan, sum)
    }

    fn relu(&mut self, x: Value) -> Value {
        let zero = self.constant(R::zero());
        let is_flat = self.builder.ins().fcmp(FloatCC::LessThanOrEqual, x, zero);
        self.builder.ins().select(is_flat, zero, x)
    }

    /// By squaring, lowest bit first, as the compiler's own function for it does.
    fn powi(&mut self, x: Value, n: i32) -> Value {
        let (mut square, mut power, mut rest) = (x, None, n.unsigned_abs());
        loop {
            if rest % 2 == 1 {
                power = Some(power.map_or(square, |power| self.builder.ins().fmul(power, square)));
            }
            rest /= 2;
            if rest == 0 {
                break;
            }
            square = self.builder.ins().fmul(square, square);
        }
        let power = power.unwrap_or_else(|| self.constant(R::one()));
        if n < 0 { self.recip(power) } else { power }
    }

    fn binary(&mut self, part: &Part<'p, R>, op: BinaryOp, args: &[Operand]) -> Option<Value> {
        if let Some(helper) = binary_helper::<R>(op) {
            return Some(self.call(part, helper, args));
        }
        let (a, b) = (self.get(part, args[0]), self.get(part, args[1]));
        Some(match op {
            // The same number, and additions outnumber products in gradients.
            BinaryOp::Add if a == b => {
                let two = self.constant(R::narrow(2.0));
                self.builder.ins().fmul(a, two)
            }
            BinaryOp::Add => self.builder.ins().fadd(a, b),
            BinaryOp::Sub => self.builder.ins().fsub(a, b),
            BinaryOp::Mul => self.builder.ins().fmul(a, b),
            BinaryOp::Div => self.builder.ins().fdiv(a, b),
            BinaryOp::Copysign => self.builder.ins().fcopysign(a, b),
            _ => return None,
        })
    }

    fn nary(&mut self, part: &Part<'p, R>, op: NaryOp, args: &[Operand]) -> Option<Value> {
        match op {
            NaryOp::SumOf if args.len() <= IN_PLACE => {
                let mut sum = self.constant(R::zero());
                for &arg in args {
                    let x = self.get(part, arg);
                    sum = self.builder.ins().fadd(sum, x);
                }
                Some(sum)
            }
            NaryOp::ProductOf if args.len() <= IN_PLACE => {
                let mut product = self.constant(R::one());
                for &arg in args {
                    let x = self.get(part, arg);
                    product = self.builder.ins().fmul(product, x);
                }
                Some(product)
            }
            NaryOp::Dot if args.len() <= 2 * IN_PLACE => {
                let mut sum = self.constant(R::zero());
                let (a, b) = args.split_at(args.len() / 2);
                for (&a, &b) in a.iter().zip(b) {
                    let (a, b) = (self.get(part, a), self.get(part, b));
                    let product = self.builder.ins().fmul(a, b);
                    sum = self.builder.ins().fadd(sum, product);
                }
                Some(sum)
            }
            NaryOp::MulAdd if self.shop.has_fma => {
                let [a, b, c] = [args[0], args[1], args[2]].map(|arg| self.get(part, arg));
                Some(self.builder.ins().fma(a, b, c))
            }
            NaryOp::Select => Some(self.select(part, [args[0], args[1], args[2]])),
            _ => nary_helper::<R>(op).map(|helper| self.call(part, helper, args)),
        }
    }

    fn select(&mut self, part: &Part<'p, R>, args: [Operand; 3]) -> Value {
        let [x, positive, otherwise] = args.map(|arg| self.get(part, arg));
        let zero = self.constant(R::zero());
        let is_positive = self.builder.ins().fcmp(FloatCC::GreaterThan, x, zero);
        let chosen = self.builder.ins().select(is_positive, positive, otherwise);
        let is_nan = self.builder.ins().fcmp(FloatCC::Unordered, x, x);
        self.builder.ins().select(is_nan, x, chosen)
    }

    /// `x`, and 0 where the mask is 0.
    pub(super) fn masked(&mut self, mask: Value, x: Value) -> Value {
        let zero = self.constant(R::zero());
        let is_zero = self.builder.ins().fcmp(FloatCC::Equal, mask, zero);
        self.builder.ins().select(is_zero, zero, x)
    }

    /// A constant, from memory: that is an operand of the instruction that uses it.
    pub(super) fn constant(&mut self, c: R) -> Value {
        let address = self.shop.plan.table.constant(c);
        let value = self.load(address);
        self.in_lanes(value)
    }

    /// A call of a function of numbers.
    pub(super) fn call(&mut self, part: &Part<'p, R>, helper: Helper<R>, args: &[Operand]) -> Value {
        let mut values: Vec<Value> = args.iter().map(|&arg| self.get(part, arg)).collect();
        match helper.constant {
            Constant::None => {}
            Constant::Float(c) => values.push(self.constant(c)),
            Constant::Integer(n) => values.push(self.integer(n)),
        }
        self.call_helper(helper.address, &values)
    }
}

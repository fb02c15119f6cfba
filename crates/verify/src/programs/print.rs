//! A program as Rust.

use std::fmt::Write;

use anygrad_core::{Binary, BinaryOp, NaryOp, Unary, UnaryOp};

use super::{Program, Step};

impl Program<f64> {
    /// The program as a function that stands alone, with the point as a comment. Its steps are the calls that the program
    /// makes, in the same order.
    ///
    /// ```
    /// use anygrad_core::BinaryOp;
    /// use anygrad_verify::programs::{Program, Step};
    ///
    /// let program = Program { inputs: 1, steps: vec![Step::Binary(BinaryOp::Mul, [0, 0])], outputs: vec![1] };
    /// let expected = "\
    /// use anygrad::prelude::*;
    ///
    /// /// At [3.0].
    /// fn f<S: Scalar<Real = f64>>(x: &[S]) -> S {
    ///     let v1 = x[0] * x[0];
    ///     v1
    /// }
    /// ";
    /// assert_eq!(program.to_rust(&[3.0]), expected);
    /// ```
    pub fn to_rust(&self, point: &[f64]) -> String {
        let point: Vec<String> = point.iter().map(|&x| number(x)).collect();
        let outputs: Vec<String> = self.outputs.iter().map(|&output| self.value_name(output)).collect();
        let (result, last) = match outputs.as_slice() {
            [single] => ("S".to_owned(), single.clone()),
            several => (format!("[S; {}]", several.len()), format!("[{}]", several.join(", "))),
        };
        let mut text = format!("use anygrad::prelude::*;\n\n/// At [{}].\n", point.join(", "));
        // Writing to a string does not fail.
        let _ = writeln!(text, "fn f<S: Scalar<Real = f64>>(x: &[S]) -> {result} {{");
        for (position, step) in self.steps.iter().enumerate() {
            let args: Vec<String> = step.operands().iter().map(|&operand| self.value_name(operand)).collect();
            let _ = writeln!(text, "    let v{} = {};", self.inputs + position, expression(step, &args));
        }
        let _ = writeln!(text, "    {last}\n}}");
        text
    }

    fn value_name(&self, value: usize) -> String {
        if value < self.inputs { format!("x[{value}]") } else { format!("v{value}") }
    }
}

fn expression(step: &Step, args: &[String]) -> String {
    match step {
        Step::Constant(c) => format!("S::lit({})", number(*c)),
        Step::Unary(op, _) => unary(*op, &args[0]),
        Step::Binary(op, _) => binary(*op, &args[0], &args[1]),
        Step::Nary(op, _) => nary(*op, args),
        Step::Branch(_) => format!("if {} > {} {{ {} }} else {{ {} }}", args[0], args[1], args[2], args[3]),
    }
}

fn unary(op: UnaryOp<f64>, x: &str) -> String {
    match op {
        UnaryOp::Neg(_) => format!("-{x}"),
        UnaryOp::AddConst(gate) => format!("{x} + {}", number(gate.c)),
        UnaryOp::MulConst(gate) => format!("{x} * {}", number(gate.c)),
        UnaryOp::DivConst(gate) => format!("{x} / {}", number(gate.c)),
        UnaryOp::Powi(gate) => format!("{x}.powi({})", gate.n),
        UnaryOp::Powf(gate) => format!("{x}.pow_const({})", number(gate.exponent)),
        UnaryOp::OneMinusSquare(_) => format!("{x}.unary(anygrad::gates::OneMinusSquare)"),
        UnaryOp::FromZero(_) => format!("{x}.unary(anygrad::gates::FromZero)"),
        UnaryOp::NormalCdf(_) => format!("{x}.unary(anygrad::gates::NormalCdf)"),
        UnaryOp::Polygamma(gate) => format!("{x}.unary(anygrad::gates::Polygamma {{ order: {} }})", gate.order),
        other => format!("{x}.{}()", other.name()),
    }
}

fn binary(op: BinaryOp, a: &str, b: &str) -> String {
    match op {
        BinaryOp::Add => format!("{a} + {b}"),
        BinaryOp::Sub => format!("{a} - {b}"),
        BinaryOp::Mul => format!("{a} * {b}"),
        BinaryOp::Div => format!("{a} / {b}"),
        BinaryOp::Rem => format!("{a} % {b}"),
        BinaryOp::Pow => format!("{a}.powf({b})"),
        other => format!("{a}.{}({b})", Binary::<f64>::name(other)),
    }
}

fn nary(op: NaryOp, args: &[String]) -> String {
    let list = args.join(", ");
    match op {
        NaryOp::SumOf => format!("S::sum_of(&[{list}])"),
        NaryOp::ProductOf => format!("S::product_of(&[{list}])"),
        NaryOp::Dot => {
            let (a, b) = args.split_at(args.len() / 2);
            format!("S::dot(&[{}], &[{}])", a.join(", "), b.join(", "))
        }
        NaryOp::Norm => format!("S::norm(&[{list}])"),
        NaryOp::Logsumexp => format!("S::logsumexp(&[{list}])"),
        NaryOp::MulAdd => format!("{}.mul_add({}, {})", args[0], args[1], args[2]),
        NaryOp::Select => format!("{}.select({}, {})", args[0], args[1], args[2]),
        _ => format!("S::nary(anygrad::gates::{op:?}, &[{list}])"),
    }
}

/// A literal of exactly this number.
fn number(x: f64) -> String {
    match x {
        x if x.is_nan() => "f64::NAN".to_owned(),
        f64::INFINITY => "f64::INFINITY".to_owned(),
        f64::NEG_INFINITY => "f64::NEG_INFINITY".to_owned(),
        x => format!("{x:?}"),
    }
}

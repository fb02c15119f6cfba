//! Expressions in LaTeX.

use super::expression::{Brackets, Expression, Shared};
use crate::show::name::number;

/// The expression in LaTeX.
pub(super) fn latex(x: &Expression) -> String {
    match x {
        Expression::Symbol(symbol) => symbol.latex.clone(),
        Expression::Number(c) => decimal(*c),
        Expression::Sum(terms) => sum(terms),
        Expression::Neg(x) => format!("-{}", term(x)),
        Expression::Product { above, below } if below.is_empty() => factors(above),
        Expression::Product { above, below } => {
            let over = if above.is_empty() { "1".to_owned() } else { factors(above) };
            format!("\\frac{{{over}}}{{{}}}", factors(below))
        }
        Expression::Power(base, exponent) => format!("{}^{{{}}}", atom(base), latex(exponent)),
        Expression::Root(2, x) => format!("\\sqrt{{{}}}", latex(x)),
        Expression::Root(n, x) => format!("\\sqrt[{n}]{{{}}}", latex(x)),
        Expression::Series { last, term: x } => format!("\\sum_{{i=0}}^{{{last}}} {}", term(x)),
        Expression::Within(brackets, parts) => within(*brackets, &list(parts)),
        Expression::Call { head, args, along } => {
            let along = if along.is_empty() { String::new() } else { format!("\\left[{}\\right]", list(along)) };
            format!("{}{}{along}", head.latex, bracketed(&list(args)))
        }
    }
}

fn list(parts: &[Shared]) -> String {
    parts.iter().map(|part| latex(part)).collect::<Vec<_>>().join(", ")
}

fn bracketed(content: &str) -> String {
    format!("\\left({content}\\right)")
}

fn within(brackets: Brackets, content: &str) -> String {
    match brackets {
        Brackets::Absolute => format!("\\left|{content}\\right|"),
        Brackets::Floor => format!("\\left\\lfloor {content}\\right\\rfloor"),
        Brackets::Ceiling => format!("\\left\\lceil {content}\\right\\rceil"),
        Brackets::Norm => format!("\\left\\|{content}\\right\\|"),
        Brackets::NotZero => format!("\\left[{content} \\neq 0\\right]"),
    }
}

fn decimal(c: f64) -> String {
    if c.is_infinite() {
        return "\\infty".to_owned();
    }
    if c.is_nan() {
        return "\\mathrm{NaN}".to_owned();
    }
    let text = number(c);
    match text.split_once('e') {
        Some(("1", exponent)) => format!("10^{{{exponent}}}"),
        Some((mantissa, exponent)) => format!("{mantissa} \\cdot 10^{{{exponent}}}"),
        None => text,
    }
}

/// What stands between plus and minus.
fn term(x: &Expression) -> String {
    match x {
        Expression::Sum(_) | Expression::Neg(_) => bracketed(&latex(x)),
        _ => latex(x),
    }
}

fn sum(terms: &[(bool, Shared)]) -> String {
    let mut all = String::new();
    for (i, (minus, x)) in terms.iter().enumerate() {
        all.push_str(match (i, minus) {
            (0, false) => "",
            (0, true) => "-",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        all.push_str(&term(x));
    }
    all
}

/// What an exponent may stand at.
fn atom(x: &Expression) -> String {
    match x {
        Expression::Symbol(_) | Expression::Within(..) => latex(x),
        Expression::Number(_) if x.is_atom() => latex(x),
        _ => bracketed(&latex(x)),
    }
}

/// Factors side by side; of one alone, a sum needs no brackets.
fn factors(all: &[(Shared, u32)]) -> String {
    let one = |(base, n): &(Shared, u32)| match (&**base, n) {
        (_, 2..) => format!("{}^{{{n}}}", atom(base)),
        (Expression::Sum(_) | Expression::Neg(_) | Expression::Series { .. }, _) if all.len() > 1 => {
            bracketed(&latex(base))
        }
        _ => latex(base),
    };
    let mut text = String::new();
    for (i, factor) in all.iter().enumerate() {
        if i > 0 {
            let are_numbers = matches!((&*all[i - 1].0, &*factor.0), (_, Expression::Number(_)));
            text.push_str(if are_numbers { " \\cdot " } else { " \\, " });
        }
        text.push_str(&one(factor));
    }
    text
}

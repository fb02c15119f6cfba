//! Expressions as lines of text.

use super::expression::{Brackets, Expression, Shared};
use crate::show::name::{SUPERSCRIPT, digits, number};

/// How firmly the parts of an expression hold together.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Sum,
    Product,
    Power,
    Atom,
}

/// The expression, without brackets around it.
pub(super) fn text(x: &Expression) -> String {
    at(x, Level::Sum)
}

/// The expression where something of a level is asked for.
fn at(x: &Expression, least: Level) -> String {
    let (level, text) = written(x);
    if level < least { format!("({text})") } else { text }
}

fn list(parts: &[Shared]) -> String {
    parts.iter().map(|part| text(part)).collect::<Vec<_>>().join(", ")
}

fn written(x: &Expression) -> (Level, String) {
    match x {
        Expression::Symbol(symbol) => (Level::Atom, symbol.text.clone()),
        Expression::Number(c) => decimal(*c),
        Expression::Sum(terms) => (Level::Sum, sum(terms)),
        Expression::Neg(x) => (Level::Sum, format!("−{}", at(x, Level::Product))),
        Expression::Product { above, below } => (Level::Product, fraction(above, below)),
        Expression::Power(base, exponent) => (Level::Power, power(base, exponent)),
        Expression::Root(n, x) => (Level::Power, format!("{}{}", if *n == 2 { "√" } else { "∛" }, at(x, Level::Atom))),
        Expression::Series { last, term } => {
            (Level::Product, format!("Σᵢ₌₀{} {}", digits(last, SUPERSCRIPT), at(term, Level::Product)))
        }
        Expression::Within(brackets, parts) => (Level::Atom, within(*brackets, &list(parts))),
        Expression::Call { head, args, along } => {
            let along = if along.is_empty() { String::new() } else { format!("[{}]", list(along)) };
            (Level::Atom, format!("{}({}){along}", head.text, list(args)))
        }
    }
}

fn within(brackets: Brackets, content: &str) -> String {
    match brackets {
        Brackets::Absolute => format!("|{content}|"),
        Brackets::Floor => format!("⌊{content}⌋"),
        Brackets::Ceiling => format!("⌈{content}⌉"),
        Brackets::Norm => format!("‖{content}‖"),
        Brackets::NotZero => format!("[{content} ≠ 0]"),
    }
}

fn decimal(c: f64) -> (Level, String) {
    let text = number(c);
    match text.split_once('e') {
        Some(("1", exponent)) => (Level::Power, format!("10{}", digits(exponent, SUPERSCRIPT))),
        Some((mantissa, exponent)) => (Level::Product, format!("{mantissa}·10{}", digits(exponent, SUPERSCRIPT))),
        None => (Level::Atom, text),
    }
}

fn sum(terms: &[(bool, Shared)]) -> String {
    let mut all = String::new();
    for (i, (minus, term)) in terms.iter().enumerate() {
        all.push_str(match (i, minus) {
            (0, false) => "",
            (0, true) => "−",
            (_, false) => " + ",
            (_, true) => " − ",
        });
        all.push_str(&at(term, Level::Product));
    }
    all
}

fn power(base: &Expression, exponent: &Expression) -> String {
    let base = at(base, Level::Atom);
    match exponent {
        x if x.is_atom() => format!("{base}^{}", text(x)),
        x => format!("{base}^({})", text(x)),
    }
}

fn fraction(above: &[(Shared, u32)], below: &[(Shared, u32)]) -> String {
    let over = if above.is_empty() { "1".to_owned() } else { factors(above) };
    match below {
        [] => over,
        [one] => format!("{over}/{}", factor(one, Level::Power)),
        _ => format!("{over}/({})", factors(below)),
    }
}

fn factor((base, n): &(Shared, u32), least: Level) -> String {
    if *n == 1 { at(base, least) } else { format!("{}{}", at(base, Level::Atom), digits(n, SUPERSCRIPT)) }
}

/// Factors side by side; with a dot between them unless both are short.
fn factors(all: &[(Shared, u32)]) -> String {
    let mut text = String::new();
    for (i, one) in all.iter().enumerate() {
        let binds =
            if all.len() == 1 || matches!(&*one.0, Expression::Number(_)) { Level::Product } else { Level::Power };
        let before = i.checked_sub(1).map(|i| &*all[i].0);
        if before.is_some_and(|before| !touches(before, &one.0)) {
            text.push('·');
        }
        text.push_str(&factor(one, binds));
    }
    text
}

/// Whether two factors are understood without a dot: `2x`, `ab`, `2(a + b)`, `(a + b)(c + d)`.
fn touches(a: &Expression, b: &Expression) -> bool {
    let is_short = |x: &Expression| matches!(x, Expression::Symbol(symbol) if symbol.is_short);
    let is_sum = |x: &Expression| matches!(x, Expression::Sum(_));
    let is_number = matches!(a, Expression::Number(_)) && a.is_atom();
    ((is_number || is_short(a)) && is_short(b)) || ((is_number || is_sum(a)) && is_sum(b))
}

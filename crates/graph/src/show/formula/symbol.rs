//! `Symbol`: a name, in text and in LaTeX.

use crate::show::name::{SUBSCRIPT, SUPERSCRIPT, digits, number};

/// A name, in text and in LaTeX.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Symbol {
    pub(super) text: String,
    pub(super) latex: String,
    /// Whether it may stand beside another one without a sign between them.
    pub(super) is_short: bool,
}

/// Functions that LaTeX has a command for under their own names.
const COMMANDS: [&str; 12] = ["sin", "cos", "tan", "sinh", "cosh", "tanh", "ln", "exp", "max", "min", "arctan", "log"];

/// Greek letters and their commands.
const GREEK: &str = "α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta κ kappa λ lambda μ mu ν nu ξ xi π pi \
    ρ rho σ sigma τ tau φ varphi χ chi ψ psi ω omega Γ Gamma Δ Delta Θ Theta Λ Lambda Σ Sigma Φ Phi Ψ Psi Ω Omega";

impl Symbol {
    /// A name as it was given: digits at its end, or what follows an underscore, are set below the line.
    pub(super) fn named(name: &str) -> Self {
        let split = name.find('_').map(|at| (&name[..at], &name[at + 1..]));
        let end = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (stem, below) = split.unwrap_or_else(|| name.split_at(end));
        let (stem, below) = if stem.is_empty() { (name, "") } else { (stem, below) };
        Self::below(stem, below)
    }

    /// A letter with a number below the line.
    pub(super) fn numbered(letter: &str, n: impl std::fmt::Display) -> Self {
        Self::below(letter, &n.to_string())
    }

    /// Element `step·i + first` of an array; digits at the end of its name come first.
    pub(super) fn running(array: &str, step: u32, first: u32) -> Self {
        let Self { text, latex, .. } = Self::named(array);
        let multiple = match step {
            0 => String::new(),
            1 => "i".to_owned(),
            _ => format!("{step}i"),
        };
        let index = match (&*multiple, first) {
            ("", _) => first.to_string(),
            (_, 0) => multiple,
            _ => format!("{multiple}+{first}"),
        };
        let below: String = index
            .chars()
            .map(|c| match c {
                'i' => "ᵢ".to_owned(),
                '+' => "₊".to_owned(),
                c => digits(c, SUBSCRIPT),
            })
            .collect();
        match latex.strip_suffix('}').filter(|_| array.len() > 1) {
            Some(open) => Self { text: format!("{text}_{index}"), latex: format!("{open},{index}}}"), is_short: false },
            None => Self { text: text + &below, latex: format!("{latex}_{{{index}}}"), is_short: true },
        }
    }

    fn below(stem: &str, below: &str) -> Self {
        let is_digits = below.chars().all(|c| c.is_ascii_digit());
        let sub = if is_digits { digits(below, SUBSCRIPT) } else { format!("_{below}") };
        let latex =
            if below.is_empty() { in_latex(stem) } else { format!("{}_{{{}}}", in_latex(stem), escaped(below)) };
        Self { text: format!("{stem}{sub}"), latex, is_short: stem.chars().count() == 1 && is_digits }
    }

    /// A function.
    pub(super) fn function(name: &str) -> Self {
        let latex = if COMMANDS.contains(&name) {
            format!("\\{name}")
        } else if name.chars().count() == 1 {
            in_latex(name)
        } else {
            format!("\\operatorname{{{}}}", escaped(name))
        };
        Self { text: name.to_owned(), latex, is_short: false }
    }

    /// The same function with a constant below the line.
    pub(super) fn with(self, constant: f64) -> Self {
        let c = number(constant);
        let sub =
            if c.contains(|c: char| !c.is_ascii_digit() && c != '-') { format!("_{c}") } else { digits(&c, SUBSCRIPT) };
        Self { text: self.text + &sub, latex: format!("{}_{{{c}}}", self.latex), ..self }
    }

    /// The derivative of a function of one argument.
    pub(super) fn derived(self, order: u32) -> Self {
        let primes = match order {
            1 => "′".to_owned(),
            2 => "″".to_owned(),
            3 => "‴".to_owned(),
            _ => format!("⁽{}⁾", digits(order, SUPERSCRIPT)),
        };
        let marks = if order < 4 { "'".repeat(order as usize) } else { format!("^{{({order})}}") };
        Self { text: self.text + &primes, latex: self.latex + &marks, ..self }
    }

    /// The derivative of a function by one of its arguments, `∂₁g`, along directions for orders from 2 on, `∂₁D²g`.
    pub(super) fn differentiated(self, by: u32, order: u32) -> Self {
        let (text, latex) = match order {
            1 => (String::new(), String::new()),
            2 => ("D".to_owned(), "D ".to_owned()),
            _ => (format!("D{}", digits(order - 1, SUPERSCRIPT)), format!("D^{{{}}} ", order - 1)),
        };
        let sub = digits(by, SUBSCRIPT);
        Self {
            text: format!("∂{sub}{text}{}", self.text),
            latex: format!("\\partial_{{{by}}} {latex}{}", self.latex),
            ..self
        }
    }

    /// What stands on the left of an equation. `∂f/∂x` becomes a fraction.
    pub(super) fn label(name: &str) -> Self {
        let fraction = name.split_once('/').and_then(|(a, b)| Some((a.strip_prefix('∂')?, b.strip_prefix('∂')?)));
        let Some((f, x)) = fraction else { return Self::named(name) };
        let (f, x) = (Self::named(f), Self::named(x));
        Self {
            text: format!("∂{}/∂{}", f.text, x.text),
            latex: format!("\\frac{{\\partial {}}}{{\\partial {}}}", f.latex, x.latex),
            is_short: false,
        }
    }
}

fn in_latex(stem: &str) -> String {
    let mut words = GREEK.split_whitespace();
    while let (Some(letter), Some(command)) = (words.next(), words.next()) {
        if letter == stem {
            return format!("\\{command}");
        }
    }
    if stem.chars().count() == 1 { escaped(stem) } else { format!("\\mathrm{{{}}}", escaped(stem)) }
}

/// Text without what means something in LaTeX.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut all, c| {
        match c {
            '_' | '%' | '#' | '&' | '$' | '{' | '}' => all.extend(['\\', c]),
            '\\' => all.push_str("\\backslash "),
            '^' => all.push_str("\\hat{}"),
            '~' => all.push_str("\\sim "),
            c => all.push(c),
        }
        all
    })
}

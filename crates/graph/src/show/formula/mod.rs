//! `Formula`: a small program as people write it.

mod expression;
mod gate;
mod latex;
mod series;
mod symbol;
mod text;

use std::fmt::{self, Display, Formatter};
use std::rc::Rc;

use anygrad_core::{Real, Relation};
use rustc_hash::FxHashMap;

use self::expression::{Expression, Shared, constant};
use self::symbol::Symbol;
use crate::code::{Instruction, Op, Operand};
use crate::program::Program;
use crate::show::listing::sign;

/// A small program as formulas, one for each output.
///
/// What is used several times and is not short has a name, `t₁`, `t₂` …, as has what would be too long. Data parameter `k` is
/// `d` with `k` and the element below. A sum over rows of inputs or data is written with `Σ`; of other loops the formula does not
/// look into, and what they define is `ℓ` with the instruction and the element. Guards are listed as conditions.
///
/// The formula is the program's function of real numbers: `a + (−b)` is `a − b`, `x·x` is `x²`, `a·(1/b)` is `a/b`, and brackets
/// that only say in which order a sum or a product is rounded are left out. Nothing is cancelled or expanded.
#[derive(Clone, Debug)]
pub struct Formula<'a, R> {
    program: &'a Program<R>,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

/// From here on a part that is used more than once has a name.
const SHORT: usize = 8;

/// From here on every part has a name.
const LONG: usize = 60;

impl<R: Real> Program<R> {
    /// The program as formulas; see [`Formula`].
    ///
    /// ```
    /// # use anygrad_core::{Differentiable, Scalar};
    /// # use anygrad_graph::Program;
    /// struct Neuron;
    /// impl Differentiable for Neuron {
    ///     type Input = [f64; 5];
    ///     type Output = f64;
    ///     fn call<S: Scalar<Real = f64>>(&self, &[a, b, c, x, y]: &[S; 5]) -> S {
    ///         (a * x + b * y + c).sigmoid()
    ///     }
    /// }
    ///
    /// let program = Program::record(&Neuron, &[1.0, 2.0, -3.0, -1.0, 3.0])?;
    /// let formula = program.formula().with_names(&["a", "b", "c", "x", "y"]);
    /// assert_eq!(formula.to_string(), "f = σ(ax + by + c)");
    /// assert_eq!(formula.to_latex(), r"f = \sigma\left(a \, x + b \, y + c\right)");
    /// # Ok::<(), anygrad_core::Error>(())
    /// ```
    pub fn formula(&self) -> Formula<'_, R> {
        Formula { program: self, inputs: Vec::new(), outputs: Vec::new() }
    }

    /// The program's formulas in LaTeX; see [`Formula`].
    pub fn latex(&self) -> String {
        self.formula().to_latex()
    }
}

impl<R: Real> Formula<'_, R> {
    /// Names for the inputs; those without one are `x₀`, `x₁` … by their place. Digits at the end of a name, or what follows an
    /// underscore, are set below the line.
    #[must_use]
    pub fn with_names(self, names: &[&str]) -> Self {
        Self { inputs: names.iter().map(|&name| name.to_owned()).collect(), ..self }
    }

    /// Names for the outputs, as `f` or `∂f/∂x`; without them, `f` if there is one output, otherwise `f₀`, `f₁` ….
    #[must_use]
    pub fn with_outputs(self, names: &[&str]) -> Self {
        Self { outputs: names.iter().map(|&name| name.to_owned()).collect(), ..self }
    }

    /// In LaTeX; several lines are an `aligned` environment.
    pub fn to_latex(&self) -> String {
        let lines = Lines::of(self);
        let sides = |(name, x): &(Symbol, Shared)| (name.latex.clone(), latex::latex(x));
        let equations: Vec<(String, String)> = lines.outputs.iter().chain(&lines.parts).map(sides).collect();
        if let [(left, right)] = &equations[..]
            && lines.conditions.is_empty()
        {
            return format!("{left} = {right}");
        }
        let mut rows: Vec<String> = equations.into_iter().map(|(left, right)| format!("  {left} &= {right}")).collect();
        rows.extend(lines.conditions.iter().map(Condition::latex));
        format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", rows.join(" \\\\\n"))
    }

    fn input(&self, at: u32) -> Symbol {
        self.inputs.get(at as usize).map_or_else(|| Symbol::numbered("x", at), |name| Symbol::named(name))
    }

    fn output(&self, i: usize) -> Symbol {
        match self.outputs.get(i) {
            Some(name) => Symbol::label(name),
            None if self.program.outputs() == 1 => Symbol::named("f"),
            None => Symbol::numbered("f", i),
        }
    }
}

impl<R: Real> Display for Formula<'_, R> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let lines = Lines::of(self);
        let line = |(name, x): &(Symbol, Shared)| format!("{} = {}", name.text, text::text(x));
        let mut all: Vec<String> = lines.outputs.iter().map(line).collect();
        let marks = std::iter::once("where ").chain(std::iter::repeat("      "));
        all.extend(lines.parts.iter().map(line).zip(marks).map(|(line, mark)| mark.to_owned() + &line));
        let marks = std::iter::once("for   ").chain(std::iter::repeat("      "));
        all.extend(lines.conditions.iter().zip(marks).map(|(condition, mark)| mark.to_owned() + &condition.text()));
        f.write_str(&all.join("\n"))
    }
}

/// A guard.
struct Condition {
    holds: bool,
    sign: &'static str,
    sides: [Shared; 2],
}

impl Condition {
    fn text(&self) -> String {
        let [a, b] = &self.sides;
        format!("{}{} {} {}", if self.holds { "" } else { "not " }, text::text(a), self.sign, text::text(b))
    }

    fn latex(&self) -> String {
        let [a, b] = &self.sides;
        let sign = if self.sign == "≤" { "\\leq" } else { self.sign };
        let not = if self.holds { "for " } else { "for not " };
        format!("  & \\text{{{not}}} {} {sign} {}", latex::latex(a), latex::latex(b))
    }
}

/// All equations of a formula.
struct Lines {
    outputs: Vec<(Symbol, Shared)>,
    parts: Vec<(Symbol, Shared)>,
    conditions: Vec<Condition>,
}

impl Lines {
    fn of<R: Real>(formula: &Formula<'_, R>) -> Self {
        let mut writer = Writer::of(formula);
        let block = formula.program.block();
        for (def, instruction) in (0..).zip(&block.code) {
            writer.add(def, instruction);
        }
        let right = |i: usize, result: &Operand| match writer.defined.get(&i) {
            Some(x) => Rc::clone(x),
            None => writer.get(*result),
        };
        let outputs =
            block.results.iter().enumerate().map(|(i, result)| (formula.output(i), right(i, result))).collect();
        Self { outputs, parts: writer.parts, conditions: writer.conditions }
    }
}

/// Equations in the making.
struct Writer<'a, R> {
    formula: &'a Formula<'a, R>,
    /// How often each value is used.
    uses: FxHashMap<Operand, usize>,
    /// What stands for each value.
    values: FxHashMap<Operand, Shared>,
    /// Outputs that are used by others too, under their own names.
    defined: FxHashMap<usize, Shared>,
    parts: Vec<(Symbol, Shared)>,
    conditions: Vec<Condition>,
}

impl<'a, R: Real> Writer<'a, R> {
    fn of(formula: &'a Formula<'a, R>) -> Self {
        let block = formula.program.block();
        let mut uses: FxHashMap<Operand, usize> = FxHashMap::default();
        let args = block.code.iter().flat_map(|instruction| &instruction.args);
        args.chain(&block.results).for_each(|&operand| *uses.entry(operand).or_default() += 1);
        for instruction in &block.code {
            let Op::Loop(body) = &instruction.op else { continue };
            let captured = body.captures.iter().flat_map(|span| (0..span.len).map(|offset| span.first.plus(offset)));
            captured.for_each(|operand| *uses.entry(operand).or_default() += 1);
        }
        Self {
            formula,
            uses,
            values: FxHashMap::default(),
            defined: FxHashMap::default(),
            parts: vec![],
            conditions: vec![],
        }
    }

    fn get(&self, operand: Operand) -> Shared {
        self.values.get(&operand).map_or_else(|| constant(f64::NAN), Rc::clone)
    }

    fn add(&mut self, def: u32, instruction: &Instruction<R>) {
        let args: Vec<Shared> = instruction.args.iter().map(|&arg| self.get(arg)).collect();
        match &instruction.op {
            Op::Guard { relation, expected, .. } => self.condition(*relation, *expected, [&args[0], &args[1]]),
            Op::Exactly { value, .. } => self.condition(Relation::Equal, true, [&args[0], &constant(value.widen())]),
            _ => {
                for at in 0..instruction.width {
                    let operand = Operand { def, at };
                    if self.uses.contains_key(&operand) {
                        let x = self.expression(operand, instruction, &args);
                        self.keep(operand, x);
                    }
                }
            }
        }
    }

    fn condition(&mut self, relation: Relation, holds: bool, [a, b]: [&Shared; 2]) {
        self.conditions.push(Condition { holds, sign: sign(relation), sides: [Rc::clone(a), Rc::clone(b)] });
    }

    fn expression(&self, Operand { def, at }: Operand, instruction: &Instruction<R>, args: &[Shared]) -> Shared {
        let symbol = |symbol| Rc::new(Expression::Symbol(symbol));
        match &instruction.op {
            Op::Parameter(0) => symbol(self.formula.input(at)),
            Op::Parameter(k) => symbol(Symbol::numbered("d", format!("{k},{at}"))),
            Op::Constant(c) => constant(c.widen()),
            Op::Gate(gate) => gate::value(gate, args),
            Op::Derivative { gate, order } => gate::derivative(gate, *order, instruction.width as usize, at, args),
            Op::Masked => gate::masked(&args[0], &args[1]),
            Op::Pack => Rc::clone(&args[at as usize]),
            Op::Loop(body) => {
                let series =
                    series::series(self.formula.program.block(), body, at as usize, |operand| self.get(operand));
                let series = series.filter(|_| at < body.sums);
                series.unwrap_or_else(|| symbol(Symbol::numbered("ℓ", format!("{def},{at}"))))
            }
            Op::Arrays(_) => symbol(Symbol::numbered("a", format!("{def},{at}"))),
            Op::Guard { .. } | Op::Exactly { .. } => constant(f64::NAN),
        }
    }

    /// Keeps what stands for a value: the expression, or a name for it.
    fn keep(&mut self, operand: Operand, x: Shared) {
        let (uses, weight) = (self.uses[&operand], x.weight());
        let x = if (uses > 1 && weight >= SHORT) || weight >= LONG {
            Rc::new(Expression::Symbol(self.name(operand, x)))
        } else {
            x
        };
        self.values.insert(operand, x);
    }

    /// A name for a part: that of the output which it is, unless that is a fraction.
    fn name(&mut self, operand: Operand, x: Shared) -> Symbol {
        let output = self.formula.program.block().results.iter().position(|&result| result == operand);
        if let Some(i) = output {
            let symbol = self.formula.output(i);
            if !symbol.text.contains('/') {
                self.defined.insert(i, x);
                return symbol;
            }
        }
        let symbol = Symbol::numbered("t", self.parts.len() + 1);
        self.parts.push((symbol.clone(), x));
        symbol
    }
}

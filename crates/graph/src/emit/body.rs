//! The code of a block as statements of Rust.

use anygrad_core::{Error, Real, Relation};

use super::Helpers;
use super::gate::{float, literal, unsupported, value};
use crate::code::{Block, Instruction, Layout, Loop, Op, Operand};
use crate::run::SUM_BLOCK;

/// Lines of source, indented.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    indent: usize,
}

impl Lines {
    pub(super) fn push(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n("    ", self.indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn indented<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.indent += 1;
        let result = work(self);
        self.indent -= 1;
        result
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Where some neighbouring values are: in an array from a place on, or one number under its own name.
#[derive(Clone, Debug)]
pub(super) struct Home {
    name: String,
    /// What is added up to the index; none for a single number.
    index: Option<Vec<String>>,
}

impl Home {
    pub(super) fn array(name: &str) -> Self {
        Self { name: name.to_owned(), index: Some(Vec::new()) }
    }

    fn number(name: String) -> Self {
        Self { name, index: None }
    }

    fn plus(mut self, part: String) -> Self {
        if let Some(index) = &mut self.index
            && part != "0"
        {
            index.push(part);
        }
        self
    }

    fn written(&self) -> String {
        match &self.index {
            None => self.name.clone(),
            Some(index) if index.is_empty() => format!("{}[0]", self.name),
            Some(index) => format!("{}[{}]", self.name, index.join(" + ")),
        }
    }
}

/// A block that is being written.
pub(super) struct Body<'a, R> {
    pub(super) helpers: &'a mut Helpers<R>,
    pub(super) block: &'a Block<R>,
    /// Before all names.
    pub(super) prefix: String,
    pub(super) parameters: Vec<Home>,
    /// What is done where a test fails.
    pub(super) fail: String,
}

/// The most numbers in an array that a function makes: 64 Ki, half a mebibyte of `f64`.
const MOST_NUMBERS: u32 = 1 << 16;

impl<R: Real> Body<'_, R> {
    /// The statements of all instructions.
    pub(super) fn write(&mut self, lines: &mut Lines) -> Result<(), Error> {
        let block = self.block;
        for (def, instruction) in (0..).zip(&block.code) {
            self.instruction(lines, def, instruction)?;
        }
        Ok(())
    }

    /// A value as an expression.
    pub(super) fn name(&self, operand: Operand) -> String {
        self.home(operand).written()
    }

    fn home(&self, Operand { def, at }: Operand) -> Home {
        let Some(instruction) = self.block.code.get(def as usize) else { return Home::number("0.0".to_owned()) };
        match &instruction.op {
            Op::Parameter(k) => self.parameters[*k as usize].clone().plus(at.to_string()),
            Op::Constant(c) => Home::number(literal(*c)),
            _ if instruction.width == 1 => Home::number(self.defined(def)),
            _ => Home::array(&self.defined(def)).plus(at.to_string()),
        }
    }

    fn defined(&self, def: u32) -> String {
        format!("{}v{def}", self.prefix)
    }

    fn list(&self, operands: &[Operand]) -> String {
        operands.iter().map(|&operand| self.name(operand)).collect::<Vec<_>>().join(", ")
    }

    /// One of the block's instructions.
    pub(super) fn instruction(
        &mut self,
        lines: &mut Lines,
        def: u32,
        instruction: &Instruction<R>,
    ) -> Result<(), Error> {
        let args: Vec<String> = instruction.args.iter().map(|&arg| self.name(arg)).collect();
        let name = self.defined(def);
        let expression = match &instruction.op {
            Op::Parameter(_) | Op::Constant(_) => return Ok(()),
            Op::Gate(gate) => value(&mut self.helpers.math, gate, &args)?,
            Op::Derivative { gate, order } => {
                let call = self.helpers.call_derivative(gate, *order, instruction.width, &args)?;
                if instruction.width == 1 { call + "[0]" } else { call }
            }
            Op::Masked => self.helpers.math.call("masked", &args).unwrap_or_default(),
            Op::Pack if instruction.width == 1 => args[0].clone(),
            Op::Pack => format!("[{}]", args.join(", ")),
            Op::Guard { relation, expected, .. } => {
                let test = comparison(*relation, &args);
                let fails = if *expected { format!("!({test})") } else { test };
                lines.push(&format!("if {fails} {{ {} }}", self.fail));
                return Ok(());
            }
            Op::Exactly { value, .. } => {
                let test = self.helpers.math.call("is_same", &[args[0].clone(), literal(*value)]).unwrap_or_default();
                lines.push(&format!("if !{test} {{ {} }}", self.fail));
                return Ok(());
            }
            Op::Arrays(on) => {
                return Err(unsupported(on.block.name(), "write the function by hand from `listing`"));
            }
            Op::Loop(body) => return self.repeat(lines, def, instruction.width, body),
        };
        lines.push(&format!("let {name} = {expression};"));
        Ok(())
    }

    /// A loop: its values are an array; the last values of state and sums are put there when it ends.
    fn repeat(&mut self, lines: &mut Lines, def: u32, width: u32, body: &Loop<R>) -> Result<(), Error> {
        let (float, name, trips) = (float::<R>(), self.defined(def), body.trips);
        if width > MOST_NUMBERS {
            return Err(unsupported("a loop that writes long arrays", "evaluate the program, or emit only its sums"));
        }
        let (state, sums) = (body.carry.len(), body.sums);
        lines.push(&format!("let mut {name}a = [0.0_{float}; {width}];"));
        for k in (0..body.outs.len()).filter(|&k| body.outs[k].adds()) {
            let (first, end) = (body.first_out(k), body.first_out(k + 1));
            lines.push(&format!("{name}a[{first}..{end}].fill(-0.0);"));
        }
        lines.push(&format!("let mut {name}s: [{float}; {state}] = [{}];", self.list(&body.carry)));
        lines.push(&format!(
            "let (mut {name}before, mut {name}sum) = ([-0.0_{float}; {sums}], [-0.0_{float}; {sums}]);"
        ));
        lines.push(&format!("for {name}t in 0..{trips}_usize {{"));
        lines.indented(|lines| {
            let row = if body.reversed { format!("{} - {name}t", trips.saturating_sub(1)) } else { format!("{name}t") };
            lines.push(&format!("let {name}i = {row};"));
            self.paths(lines, &name, body)?;
            self.collect(lines, &name, body);
            Ok(())
        })?;
        lines.push("}");
        lines.push(&format!("{name}a[..{state}].copy_from_slice(&{name}s);"));
        lines.push(&format!("for k in 0..{sums}_usize {{ {name}a[{state} + k] = {name}before[k] + {name}sum[k]; }}"));
        lines.push(&format!("let {name} = {name}a{};", if width == 1 { "[0]" } else { "" }));
        Ok(())
    }

    /// The results of the body for one row.
    fn paths(&mut self, lines: &mut Lines, name: &str, body: &Loop<R>) -> Result<(), Error> {
        let mut parameters = Vec::new();
        for row in &body.rows {
            parameters.push(self.home(row.first).plus(times(&format!("{name}i"), row.layout.step)));
        }
        parameters.extend(body.captures.iter().map(|span| self.home(span.first)));
        parameters.push(Home::array(&format!("{name}s")));
        let width = body.body.first().map_or(0, |block| block.results.len());
        lines.push(&format!("let {name}next: [{}; {width}] = '{name}: {{", float::<R>()));
        lines.indented(|lines| {
            for (path, block) in body.body.iter().enumerate() {
                let label = format!("'{name}p{path}");
                let fail = format!("break {label};");
                let prefix = format!("{name}p{path}_");
                let helpers = &mut *self.helpers;
                let mut inner = Body { helpers, block, prefix, parameters: parameters.clone(), fail };
                lines.push(&format!("{label}: {{"));
                lines.indented(|lines| {
                    inner.write(lines)?;
                    lines.push(&format!("break '{name} [{}];", inner.list(&block.results)));
                    Ok(())
                })?;
                lines.push("}");
            }
            if body.body.iter().all(always_ends) {
                lines.push("unreachable!()");
            } else {
                lines.push(&self.fail);
            }
            Ok(())
        })?;
        lines.push("};");
        Ok(())
    }

    /// Where the results of a row go.
    fn collect(&self, lines: &mut Lines, name: &str, body: &Loop<R>) {
        let (state, sums) = (body.carry.len(), body.sums as usize);
        if state > 0 {
            lines.push(&format!("{name}s.copy_from_slice(&{name}next[..{state}]);"));
        }
        if sums > 0 {
            lines.push(&format!("if {name}t > 0 && {name}t % {SUM_BLOCK} == 0 {{"));
            lines.push(&format!("    for k in 0..{sums} {{ {name}before[k] += {name}sum[k]; }}"));
            lines.push(&format!("    {name}sum = [-0.0; {sums}];"));
            lines.push("}");
            lines.push(&format!("for k in 0..{sums} {{ {name}sum[k] += {name}next[{state} + k]; }}"));
        }
        let mut first = state + sums;
        for (k, &layout) in body.outs.iter().enumerate() {
            let Layout { width, step } = layout;
            let to = Home::array(&format!("{name}a"))
                .plus(body.first_out(k).to_string())
                .plus(times(&format!("{name}i"), step));
            let to = to.plus("k".to_owned()).written();
            let assign = if layout.adds() { "+=" } else { "=" };
            lines.push(&format!("for k in 0..{width} {{ {to} {assign} {name}next[{first} + k]; }}"));
            first += width as usize;
        }
    }
}

/// Whether a path has no test.
fn always_ends<R: Real>(block: &Block<R>) -> bool {
    !block.code.iter().any(Instruction::is_test)
}

fn times(index: &str, step: u32) -> String {
    match step {
        0 => "0".to_owned(),
        1 => index.to_owned(),
        _ => format!("{index} * {step}"),
    }
}

/// A comparison of two expressions.
pub(super) fn comparison(relation: Relation, args: &[String]) -> String {
    let sign = match relation {
        Relation::Less => "<",
        Relation::LessOrEqual => "<=",
        Relation::Equal => "==",
    };
    format!("{} {sign} {}", args[0], args[1])
}

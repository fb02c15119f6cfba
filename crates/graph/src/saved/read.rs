//! From the saved form to programs, with everything checked that a run relies on.

use anygrad_core::{BinaryOp, Error, NaryOp, Real, Relation, UnaryOp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::form::{self, Bits, SavedProgram};
use super::write::{FORMAT, VERSION, float_name};
use crate::check::MAX_DEPTH;
use crate::code::{Block, Gate, Instruction, Layout, Loop, Op, Operand, Row, Span};
use crate::place::Place;
use crate::program::Program;

impl<'de, R: Real> Deserialize<'de> for Program<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SavedProgram::deserialize(deserializer)?.load().map_err(D::Error::custom)
    }
}

impl SavedProgram {
    /// The program that was saved. What a file asks for in memory is bounded by its own length and by
    /// [`MAX_VALUES`](crate::MAX_VALUES).
    ///
    /// # Errors
    /// [`Error::InvalidProgram`] for another format, version or float type, for gates that there are not, and as
    /// [`Program::from_block`].
    pub fn load<R: Real>(self) -> Result<Program<R>, Error> {
        let expect = |what: &str, expected: &str, found: &str| {
            let reason = format!("{what} `{found}` where `{expected}` is read");
            if expected == found { Ok(()) } else { Err(Error::InvalidProgram { at: 0, reason }) }
        };
        expect("format", FORMAT, &self.format)?;
        expect("version", &VERSION.to_string(), &self.version.to_string())?;
        expect("float", float_name::<R>(), &self.float)?;
        let numbers = |data: &Vec<Bits>| data.iter().map(|x| number(x).map_err(|reason| broken(0, reason))).collect();
        let data = self.data.iter().map(numbers).collect::<Result<_, Error>>()?;
        Program::from_block(code(self.blocks)?, data)
    }
}

/// What is wrong, for the instruction that is being read.
type Reason = String;

fn broken(at: usize, reason: Reason) -> Error {
    Error::InvalidProgram { at, reason }
}

/// A block that was read, and how deep its loops are nested.
struct Read<R> {
    block: Block<R>,
    depth: usize,
}

/// The blocks put into one another, the last ones first.
fn code<R: Real>(blocks: Vec<form::Block>) -> Result<Block<R>, Error> {
    let mut inner: Vec<Option<Read<R>>> = blocks.iter().map(|_| None).collect();
    for (number, saved) in blocks.into_iter().enumerate().rev() {
        let (mut code, mut depth) = (Vec::new(), 0);
        for (at, saved) in saved.code.into_iter().enumerate() {
            let args = saved.args.into_iter().map(operand).collect();
            let op = operation(saved.op, number, &mut inner, &mut depth).map_err(|reason| broken(at, reason))?;
            code.push(Instruction { op, args, width: saved.width });
        }
        let results = saved.results.into_iter().map(operand).collect();
        inner[number] = Some(Read { block: Block { code, results }, depth });
    }
    let mut rest = inner.into_iter();
    let program = rest.next().flatten().ok_or_else(|| broken(0, "no block".to_owned()))?;
    if rest.any(|block| block.is_some()) {
        return Err(broken(0, "a block that belongs to no loop".to_owned()));
    }
    Ok(program.block)
}

fn operation<R: Real>(
    op: form::Op,
    number: usize,
    inner: &mut [Option<Read<R>>],
    depth: &mut usize,
) -> Result<Op<R>, Reason> {
    Ok(match op {
        form::Op::Parameter(k) => Op::Parameter(k),
        form::Op::Constant(c) => Op::Constant(self::number(&c)?),
        form::Op::Gate(gate) => Op::Gate(read_gate(gate)?),
        form::Op::Derivative { gate, order } => Op::Derivative { gate: read_gate(gate)?, order },
        form::Op::Masked => Op::Masked,
        form::Op::Pack => Op::Pack,
        form::Op::Guard { relation, expected, place } => {
            Op::Guard { relation: read_relation(relation), expected, place: read_place(place) }
        }
        form::Op::Exactly { value, place } => Op::Exactly { value: self::number(&value)?, place: read_place(place) },
        form::Op::Loop(body) => Op::Loop(Box::new(repeated(body, number, inner, depth)?)),
    })
}

/// A loop takes the blocks of its paths out of the list, so that no block is in two loops, nor in itself.
fn repeated<R: Real>(
    body: form::Loop,
    number: usize,
    inner: &mut [Option<Read<R>>],
    depth: &mut usize,
) -> Result<Loop<R>, Reason> {
    let layout = |form::Layout { width, step }| Layout { width, step };
    let mut paths = Vec::new();
    for path in body.paths {
        let slot = inner.get_mut(path as usize).filter(|_| path as usize > number);
        let read = slot.and_then(Option::take).ok_or_else(|| format!("block {path} as the body of a loop"))?;
        if read.depth >= MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} loops in one another"));
        }
        *depth = (*depth).max(read.depth + 1);
        paths.push(read.block);
    }
    Ok(Loop {
        trips: body.trips,
        reversed: body.reversed,
        storage: body.storage.into(),
        rows: body.rows.into_iter().map(|(first, rows)| Row { first: operand(first), layout: layout(rows) }).collect(),
        captures: body.captures.into_iter().map(|(first, len)| Span { first: operand(first), len }).collect(),
        carry: body.carry.into_iter().map(operand).collect(),
        sums: body.sums,
        outs: body.outs.into_iter().map(layout).collect(),
        body: paths,
    })
}

fn operand((def, at): form::Operand) -> Operand {
    Operand { def, at }
}

/// The float with these bits.
fn number<R: Real>(Bits(text): &Bits) -> Result<R, Reason> {
    let wrong = || format!("`{text}` where the sixteen hexadecimal digits of a number are");
    let is_hexadecimal = text.len() == 16 && text.bytes().all(|c| c.is_ascii_hexdigit());
    let bits = u64::from_str_radix(text, 16).ok().filter(|_| is_hexadecimal).ok_or_else(wrong)?;
    let wide = f64::from_bits(bits);
    let narrow = R::narrow(wide);
    if narrow.widen().to_bits() == bits || wide.is_nan() {
        Ok(narrow)
    } else {
        Err(format!("{wide:e}, which is no {}", float_name::<R>()))
    }
}

fn read_gate<R: Real>(gate: form::Gate) -> Result<Gate<R>, Reason> {
    let (name, found) = match gate {
        form::Gate::Unary(name) => {
            let found = UnaryOp::named(&name, None).map(Gate::Unary);
            (name, found)
        }
        form::Gate::UnaryWith { name, constant } => {
            let constant: f64 = number(&constant)?;
            let found = UnaryOp::named(&name, Some(constant)).map(Gate::Unary);
            (name, found)
        }
        form::Gate::Binary(name) => {
            let found = BinaryOp::named(&name).map(Gate::Binary);
            (name, found)
        }
        form::Gate::Nary(name) => {
            let found = NaryOp::named(&name).map(Gate::Nary);
            (name, found)
        }
    };
    found.ok_or_else(|| format!("no gate `{name}` of such a kind"))
}

fn read_relation(relation: form::Relation) -> Relation {
    match relation {
        form::Relation::Less => Relation::Less,
        form::Relation::LessOrEqual => Relation::LessOrEqual,
        form::Relation::Equal => Relation::Equal,
    }
}

fn read_place(place: Option<(String, u32)>) -> Option<Place> {
    place.map(|(file, line)| Place { file: file.into(), line })
}

//! From programs to their saved form.

use anygrad_core::{Error, Real, Relation};
use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use super::form::{self, Bits, SavedProgram};
use crate::code::{Block, Gate, Instruction, Layout, Loop, Op, Operand};
use crate::place::Place;
use crate::program::Program;

/// What the form is called.
pub(super) const FORMAT: &str = "anygrad program";

/// The version that is written, and the one that is read.
pub(super) const VERSION: u32 = 1;

impl<R: Real> Serialize for Program<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SavedProgram::of(self).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl SavedProgram {
    /// The saved form of a program.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a gate that is not in the table: nobody who reads its name would know what it does.
    pub fn of<R: Real>(program: &Program<R>) -> Result<Self, Error> {
        let mut writer = Writer { blocks: Vec::new() };
        writer.block(program.block())?;
        Ok(Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            float: float_name::<R>().to_owned(),
            blocks: writer.blocks,
            data: program.data().iter().map(|data| data.iter().map(|&x| bits(x)).collect()).collect(),
        })
    }
}

/// The name of the leaf.
pub(super) fn float_name<R: Real>() -> &'static str {
    if size_of::<R>() == size_of::<f32>() { "f32" } else { "f64" }
}

fn bits<R: Real>(x: R) -> Bits {
    Bits(format!("{:016x}", x.widen().to_bits()))
}

struct Writer {
    blocks: Vec<form::Block>,
}

impl Writer {
    /// Adds a block, then those of its loops; the block's number.
    fn block<R: Real>(&mut self, block: &Block<R>) -> Result<u32, Error> {
        let number = self.blocks.len();
        self.blocks.push(form::Block { code: Vec::new(), results: operands(&block.results) });
        let code = block.code.iter().map(|instruction| self.instruction(instruction)).collect::<Result<_, Error>>()?;
        self.blocks[number].code = code;
        Ok(number as u32)
    }

    fn instruction<R: Real>(&mut self, instruction: &Instruction<R>) -> Result<form::Instruction, Error> {
        let op = match &instruction.op {
            Op::Parameter(k) => form::Op::Parameter(*k),
            Op::Constant(c) => form::Op::Constant(bits(*c)),
            Op::Gate(gate) => form::Op::Gate(saved_gate(gate)?),
            Op::Derivative { gate, order } => form::Op::Derivative { gate: saved_gate(gate)?, order: *order },
            Op::Masked => form::Op::Masked,
            Op::Pack => form::Op::Pack,
            Op::Guard { relation, expected, place } => {
                form::Op::Guard { relation: saved_relation(*relation), expected: *expected, place: saved_place(place) }
            }
            Op::Exactly { value, place } => form::Op::Exactly { value: bits(*value), place: saved_place(place) },
            Op::Arrays(on) => {
                let help = "programs are saved by the names of the gates in the table";
                return Err(Error::Unsupported { backend: "saving", operator: on.block.name(), help });
            }
            Op::Loop(body) => form::Op::Loop(self.repeated(body)?),
        };
        Ok(form::Instruction { op, args: operands(&instruction.args), width: instruction.width })
    }

    fn repeated<R: Real>(&mut self, body: &Loop<R>) -> Result<form::Loop, Error> {
        let layout = |Layout { width, step }| form::Layout { width, step };
        Ok(form::Loop {
            trips: body.trips,
            reversed: body.reversed,
            storage: body.storage.into(),
            rows: body.rows.iter().map(|row| (operand(row.first), layout(row.layout))).collect(),
            captures: body.captures.iter().map(|span| (operand(span.first), span.len)).collect(),
            carry: operands(&body.carry),
            sums: body.sums,
            outs: body.outs.iter().map(|&out| layout(out)).collect(),
            paths: body.body.iter().map(|block| self.block(block)).collect::<Result<_, Error>>()?,
        })
    }
}

fn operand(Operand { def, at }: Operand) -> form::Operand {
    (def, at)
}

fn operands(operands: &[Operand]) -> Vec<form::Operand> {
    operands.iter().map(|&of| operand(of)).collect()
}

fn saved_gate<R: Real>(gate: &Gate<R>) -> Result<form::Gate, Error> {
    let name = gate.name().to_owned();
    Ok(match gate {
        Gate::Unary(op) => match op.constant() {
            None => form::Gate::Unary(name),
            Some(constant) => form::Gate::UnaryWith { name, constant: bits(constant) },
        },
        Gate::Binary(_) => form::Gate::Binary(name),
        Gate::Nary(_) => form::Gate::Nary(name),
        Gate::Own(own) => {
            let help = "programs are saved by the names of the gates in the table";
            return Err(Error::Unsupported { backend: "saving", operator: own.name(), help });
        }
    })
}

fn saved_relation(relation: Relation) -> form::Relation {
    match relation {
        Relation::Less => form::Relation::Less,
        Relation::LessOrEqual => form::Relation::LessOrEqual,
        Relation::Equal => form::Relation::Equal,
    }
}

fn saved_place(place: &Option<Place>) -> Option<(String, u32)> {
    place.as_ref().map(|place| (place.file.to_string(), place.line))
}

//! Code for the work of a function, an instruction at a time.

mod apply;
mod call;
mod gate;
mod guard;
mod known;
mod lanes;
mod repeat;
mod rows;

use anygrad_core::Real;
use anygrad_graph::code::{Op, Operand};
use cranelift_codegen::ir::{Block, InstBuilder, MemFlagsData, SigRef, Type, Value, types};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::FunctionBuilder;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

pub(crate) use self::gate::EXPONENT;
use self::guard::Fail;
use self::known::Known;
use self::lanes::Lanes;
pub(crate) use self::lanes::is_gate_for_all;
use crate::address::{Address, Base, Rows, Stride};
use crate::context::Contexts;
use crate::leaf::Leaf;
use crate::plan::{Home, Part, Place, Plan, Source, Target, Work};

/// The arguments of every function: the four bases and the rows of the loops around, all of them pointers.
pub(crate) const ARGUMENTS: usize = 5;

/// What is the same for all functions of a program.
pub(crate) struct Shop<'s, 'p, R> {
    pub(crate) plan: &'s mut Plan<'p, R>,
    pub(crate) contexts: &'s mut Contexts<R>,
    /// Where the loops whose bodies are functions of their own take their state from.
    pub(crate) states: Vec<Address>,
    pub(crate) frontend: TargetFrontendConfig,
    pub(crate) leaf: Leaf,
    pub(crate) has_fma: bool,
    /// What is wrong with the plan.
    pub(crate) broken: Option<&'static str>,
}

/// A function in the making.
pub(crate) struct Emit<'e, 's, 'p, R> {
    pub(crate) builder: FunctionBuilder<'e>,
    pub(crate) shop: &'e mut Shop<'s, 'p, R>,
    arguments: [Value; ARGUMENTS],
    /// The row of each loop around.
    rows: Vec<Value>,
    known: Known,
    signatures: FxHashMap<Vec<Type>, SigRef>,
    fail: Fail,
    lanes: Lanes,
    /// Numbers that are made lane by lane, as far as they are.
    parts: Vec<(u32, SmallVec<[Value; 4]>)>,
    /// Where the function ends with a code, once something can fail.
    failed: Option<Block>,
}

impl<'e, 's, 'p, R: Real> Emit<'e, 's, 'p, R> {
    /// Begins a function whose failing tests are `recorded`, for the error, or not.
    pub(crate) fn begin(
        mut builder: FunctionBuilder<'e>,
        shop: &'e mut Shop<'s, 'p, R>,
        depth: usize,
        recorded: bool,
    ) -> Self {
        let entry = builder.create_block();
        builder.append_block_params_for_function_params(entry);
        builder.switch_to_block(entry);
        let mut arguments = [Value::from_u32(0); ARGUMENTS];
        arguments.copy_from_slice(builder.block_params(entry));
        let flags = MemFlagsData::trusted();
        let rows =
            (0..depth as i32).map(|depth| builder.ins().load(types::I64, flags, arguments[4], 8 * depth)).collect();
        let first = (!recorded).then(|| builder.ins().iconst(types::I32, 1));
        let fail = Fail { target: None, first };
        let (known, signatures) = (Known::default(), FxHashMap::default());
        let (lanes, parts) = (Lanes::One, Vec::new());
        Self { builder, shop, arguments, rows, known, signatures, fail, lanes, parts, failed: None }
    }

    /// Ends it.
    pub(crate) fn finish(mut self) {
        let done = self.builder.ins().iconst(types::I32, 0);
        self.builder.ins().return_(&[done]);
        if let Some(failed) = self.failed {
            self.builder.switch_to_block(failed);
            let code = self.builder.block_params(failed)[0];
            self.builder.ins().return_(&[code]);
        }
        self.builder.seal_all_blocks();
        self.builder.finalize(self.shop.frontend);
    }

    /// Does some work of a routine.
    pub(crate) fn work(&mut self, part: &Part<'p, R>, results: Address, work: &[Work]) {
        for &work in work {
            match work {
                Work::Make(def) => self.make(part, def),
                Work::Deliver { first, len } => self.deliver(part, first, len, results.plus(first)),
            }
        }
    }

    /// What an instruction does.
    fn make_one(&mut self, part: &Part<'p, R>, def: u32) {
        let instruction = &part.block.code[def as usize];
        match &instruction.op {
            Op::Parameter(_) | Op::Constant(_) => {}
            Op::Gate(gate) => self.gate(part, def, gate, &instruction.args),
            Op::Derivative { gate, order } => self.derivative(part, def, gate, *order, &instruction.args),
            Op::Masked => {
                let (mask, x) = (self.get(part, instruction.args[0]), self.get(part, instruction.args[1]));
                let masked = self.masked(mask, x);
                self.define(part, def, 0, masked);
            }
            Op::Pack => (0..).zip(&instruction.args).for_each(|(at, &arg)| self.rename(part, def, at, arg)),
            Op::Guard { relation, expected, place } => {
                let (a, b) = (self.get(part, instruction.args[0]), self.get(part, instruction.args[1]));
                self.guard(*relation, *expected, place, a, b);
            }
            Op::Exactly { value, place } => {
                let x = self.get(part, instruction.args[0]);
                self.exactly(*value, place, x);
            }
            Op::Arrays(on) => self.arrays(part, def, on),
            Op::Loop(_) => {
                if let Some(inner) = part.loops.get(&def) {
                    self.repeat(part, def, inner);
                }
            }
        }
    }

    /// Another name for a number, which needs code only where it has memory of its own.
    fn rename(&mut self, part: &Part<'p, R>, def: u32, at: u32, arg: Operand) {
        if let Place::Values(first) = part.places[def as usize]
            && !matches!(self.shop.plan.homes[(first + at) as usize], Home::Alias(_))
        {
            let value = self.get(part, arg);
            self.define(part, def, at, value);
        }
    }

    /// Copies some results to where they belong.
    fn deliver(&mut self, part: &Part<'p, R>, first: u32, len: u32, target: Address) {
        let result = part.block.results[first as usize];
        match self.shop.plan.memory(&part.places, result) {
            Some(source) if len > 4 => self.copy(source, target, len),
            _ => {
                for k in 0..len {
                    let value = self.get(part, part.block.results[(first + k) as usize]);
                    self.store(value, target.plus(k));
                }
            }
        }
    }

    /// A number of a block.
    fn get(&mut self, part: &Part<'p, R>, operand: Operand) -> Value {
        let source = self.shop.plan.source(&part.places, operand);
        let value = self.take_rows(source);
        self.in_lanes(value)
    }

    /// A number: from its register, or from memory where it has probably left that.
    fn take(&mut self, source: Source) -> Value {
        let memory = match source {
            Source::Memory(address) => Some(address),
            Source::Value(value) => match self.shop.plan.homes[value as usize] {
                Home::Stored(address) => Some(address),
                Home::Local | Home::Alias(_) => None,
            },
        };
        if let Some(value) = self.known.number(source, memory.is_some()) {
            return value;
        }
        let Some(address) = memory else {
            self.shop.broken = Some("a number that is used where it is not known");
            return self.load(self.shop.plan.scratch);
        };
        let value = self.load_rows(address);
        // A constant is an operand in memory wherever it is used; a slot may be used again for something else.
        let stays =
            address.base == Base::Inputs || address.rows != Rows::default() || matches!(source, Source::Value(_));
        if stays {
            self.known.set(source, value);
        }
        value
    }

    /// Gives a number of a block its value.
    fn define(&mut self, part: &Part<'p, R>, def: u32, at: u32, value: Value) {
        match part.places[def as usize] {
            Place::Values(first) | Place::Both { first, .. } => self.define_value(first + at, value),
            Place::Memory(array) => self.store(value, array.plus(at)),
        }
    }

    fn define_value(&mut self, number: u32, value: Value) {
        if let Lanes::Only(..) = self.lanes {
            return self.define_lane(number, value);
        }
        self.known.set(Source::Value(number), value);
        if let Home::Stored(address) = self.shop.plan.homes[number as usize] {
            self.store(value, address);
        }
        for target in self.shop.plan.copies.get(&number).cloned().unwrap_or_default() {
            self.put(value, target);
        }
    }

    /// Stores a number, or adds it to the one that is there.
    fn put(&mut self, value: Value, target: Target) {
        if target.adds { self.add_rows(value, target.address) } else { self.store_rows(value, target.address) }
    }

    fn load(&mut self, address: Address) -> Value {
        let (pointer, offset) = self.locate(address);
        let flags = MemFlagsData::trusted();
        let flags = if address.is_read_only() { flags.with_readonly() } else { flags };
        self.builder.ins().load(self.shop.leaf.ty(), flags, pointer, offset)
    }

    fn store(&mut self, value: Value, address: Address) {
        let (pointer, offset) = self.locate(address);
        self.builder.ins().store(MemFlagsData::trusted(), value, pointer, offset);
    }

    /// The pointer to a place.
    fn pointer(&mut self, address: Address) -> Value {
        let (pointer, offset) = self.locate(address);
        self.builder.ins().iadd_imm_s(pointer, i64::from(offset))
    }

    /// A place as a pointer and an offset in bytes.
    fn locate(&mut self, address: Address) -> (Value, i32) {
        let address = self.at_lane(address);
        let pointer = self.row_pointer(address.base, address.rows);
        let bytes = i64::from(address.offset) * self.shop.leaf.size();
        match i32::try_from(bytes) {
            Ok(offset) => (pointer, offset),
            Err(_) => (self.builder.ins().iadd_imm_s(pointer, bytes), 0),
        }
    }

    /// A base, moved to the present rows.
    fn row_pointer(&mut self, base: Base, rows: Rows) -> Value {
        let mut pointer = self.arguments[base as usize];
        if rows == Rows::default() {
            return pointer;
        }
        if let Some(known) = self.known.pointer(base, rows) {
            return known;
        }
        for stride in self.shop.plan.strides.list(rows).to_vec() {
            let offset = self.row_offset(stride);
            pointer = self.builder.ins().iadd(pointer, offset);
        }
        self.known.keep_pointer(base, rows, pointer);
        pointer
    }

    /// How many bytes a stride has moved on at the present row. A shift is part of an address and costs nothing.
    fn row_offset(&mut self, stride: Stride) -> Value {
        if let Some(known) = self.known.offset(stride) {
            return known;
        }
        let bytes = u64::from(stride.step) * self.shop.leaf.size().unsigned_abs();
        let row = self.rows[stride.depth];
        let offset = if bytes.is_power_of_two() {
            self.builder.ins().ishl_imm_u(row, i64::from(bytes.trailing_zeros()))
        } else {
            self.builder.ins().imul_imm_s(row, bytes.cast_signed())
        };
        self.known.keep_offset(stride, offset);
        offset
    }
}

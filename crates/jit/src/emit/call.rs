//! Calls of functions of the library.

use anygrad_core::Real;
use anygrad_graph::code::OnArrays;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, StackSlotData, StackSlotKind, Type, Value, types};

use super::Emit;
use crate::address::Address;
use crate::context::{Applied, Context, applied_address, arrays_address, copy_address, fill_address, repeat_address};

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    /// A call of a function that gives a number.
    pub(super) fn call_helper(&mut self, address: usize, args: &[Value]) -> Value {
        let ty = self.shop.leaf.ty();
        self.call_address(address, args, Some(ty))
    }

    /// An integer argument.
    pub(super) fn integer(&mut self, n: i32) -> Value {
        self.builder.ins().iconst(types::I32, i64::from(n))
    }

    /// The general call of a gate.
    pub(super) fn call_applied(&mut self, applied: Applied<R>, lengths: [u32; 2], operands: Address, out: Address) {
        let context = self.shop.contexts.keep(applied, lengths);
        let args = [self.address_of(context), self.pointer(operands), self.pointer(out)];
        if let Some(code) = self.call_code(applied_address::<R>(), &args) {
            self.check(code);
        }
    }

    /// The call of an operation on arrays: their pointers are handed over in a list.
    pub(super) fn call_arrays(&mut self, on: &OnArrays<R>, operands: &[Address], out: Address) {
        const POINTER: u32 = 8;
        let bytes = POINTER * operands.len() as u32;
        let list = StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, POINTER.trailing_zeros() as u8);
        let list = self.builder.create_sized_stack_slot(list);
        for (at, &operand) in (0..).zip(operands) {
            let pointer = self.pointer(operand);
            self.builder.ins().stack_store(types::I64, pointer, list, POINTER.cast_signed() * at);
        }
        let context = self.shop.contexts.keep_arrays(on);
        let list = self.builder.ins().stack_addr(types::I64, list, 0);
        let args = [self.address_of(context), list, self.pointer(out)];
        if let Some(code) = self.call_code(arrays_address::<R>(), &args) {
            self.check(code);
        }
    }

    /// Copies numbers from one place to another.
    pub(super) fn copy(&mut self, from: Address, to: Address, len: u32) {
        let count = self.builder.ins().iconst(types::I64, i64::from(len));
        let args = [self.pointer(from), self.pointer(to), count];
        self.call_address(copy_address::<R>(), &args, None);
    }

    /// Fills a place with a number.
    pub(super) fn fill(&mut self, place: Address, len: u32, number: R) {
        let number = self.constant(number);
        if len <= 4 {
            (0..len).for_each(|at| self.store(number, place.plus(at)));
            return;
        }
        let count = self.builder.ins().iconst(types::I64, i64::from(len));
        let args = [self.pointer(place), count, number];
        self.call_address(fill_address::<R>(), &args, None);
    }

    /// Runs a loop whose body is functions of its own.
    pub(super) fn call_apart(&mut self, number: usize) {
        let context = self.shop.contexts.apart(number);
        let mut args = vec![self.address_of(context)];
        args.extend(self.arguments);
        if let Some(code) = self.call_code(repeat_address::<R>(), &args) {
            self.check(code);
        }
    }

    fn address_of(&mut self, context: Context) -> Value {
        self.builder.ins().iconst(types::I64, context.address() as i64)
    }

    fn call_code(&mut self, address: usize, args: &[Value]) -> Option<Value> {
        Some(self.call_address(address, args, Some(types::I32)))
    }

    fn call_address(&mut self, address: usize, args: &[Value], result: Option<Type>) -> Value {
        let mut key: Vec<Type> = args.iter().map(|&arg| self.builder.func.dfg.value_type(arg)).collect();
        key.extend(result);
        let signature = *self.signatures.entry(key).or_insert_with_key(|key| {
            let mut signature = Signature::new(self.builder.func.signature.call_conv);
            signature.params = key[..args.len()].iter().map(|&ty| AbiParam::new(ty)).collect();
            signature.returns = key[args.len()..].iter().map(|&ty| AbiParam::new(ty)).collect();
            self.builder.import_signature(signature)
        });
        let callee = self.builder.ins().iconst(types::I64, address as i64);
        let call = self.builder.ins().call_indirect(signature, callee, args);
        self.known.call();
        self.builder.inst_results(call).first().copied().unwrap_or(callee)
    }
}

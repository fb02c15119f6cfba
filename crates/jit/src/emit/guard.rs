//! Tests: a comparison and a way out.

use anygrad_core::{Real, Relation};
use anygrad_graph::Place;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value, types};

use super::Emit;
use crate::address::{Address, Base};
use crate::context::PANICKED;
use crate::test::{Question, Test};

/// Where a test that fails leads.
#[derive(Clone, Copy)]
pub(super) struct Fail {
    /// The next path through a loop's body; without one, out of the function.
    pub(super) target: Option<Block>,
    /// The code of the test that failed first, if one has failed already.
    pub(super) first: Option<Value>,
}

impl<'p, R: Real> Emit<'_, '_, 'p, R> {
    pub(super) fn guard(&mut self, relation: Relation, expected: bool, place: &Option<Place>, a: Value, b: Value) {
        let holds = self.builder.ins().fcmp(
            match relation {
                Relation::Less => FloatCC::LessThan,
                Relation::LessOrEqual => FloatCC::LessThanOrEqual,
                Relation::Equal => FloatCC::Equal,
            },
            a,
            b,
        );
        self.test(holds, expected, Test { question: Question::Relation(relation), place: place.clone() }, [a, b]);
    }

    pub(super) fn exactly(&mut self, value: R, place: &Option<Place>, x: Value) {
        let holds = if value.is_nan() {
            self.builder.ins().fcmp(FloatCC::Unordered, x, x)
        } else {
            let leaf = self.shop.leaf;
            let bits = self.builder.ins().bitcast(leaf.bits_ty(), MemFlagsData::new(), x);
            let expected = self.builder.ins().iconst(leaf.bits_ty(), leaf.bits(value));
            self.builder.ins().icmp(IntCC::Equal, bits, expected)
        };
        self.test(holds, true, Test { question: Question::Exactly(value), place: place.clone() }, [x, x]);
    }

    /// Goes on if `holds` is as expected.
    fn test(&mut self, holds: Value, expected: bool, test: Test<R>, compared: [Value; 2]) {
        let [next, cold] = self.fork();
        let [then, otherwise] = if expected { [next, cold] } else { [cold, next] };
        self.builder.ins().brif(holds, then, &[], otherwise, &[]);
        self.builder.switch_to_block(cold);
        let code = self.fail.first.unwrap_or_else(|| {
            for (slot, value) in (0..).zip(compared) {
                self.store(value, Address::new(Base::Slots, slot));
            }
            self.shop.plan.tests.push(test);
            self.builder.ins().iconst(types::I32, self.shop.plan.tests.len() as i64)
        });
        self.leave(code);
        self.builder.switch_to_block(next);
    }

    /// A block to go on in and one for what rarely happens.
    fn fork(&mut self) -> [Block; 2] {
        let blocks = [self.builder.create_block(), self.builder.create_block()];
        self.builder.set_cold_block(blocks[1]);
        blocks
    }

    /// Goes to the next path, or out.
    fn leave(&mut self, code: Value) {
        let target = self.fail.target.unwrap_or_else(|| self.failed());
        self.builder.ins().jump(target, &[BlockArg::Value(code)]);
    }

    /// The end of the function for what has failed.
    fn failed(&mut self) -> Block {
        *self.failed.get_or_insert_with(|| {
            let block = self.builder.create_block();
            self.builder.set_cold_block(block);
            self.builder.append_block_param(block, types::I32);
            block
        })
    }

    /// Goes on if the code of a call is 0; a test that failed there leads where one here would.
    pub(super) fn check(&mut self, code: Value) {
        let [next, cold] = self.fork();
        self.builder.ins().brif(code, cold, &[], next, &[]);
        self.builder.switch_to_block(cold);
        let failed = self.failed();
        match (self.fail.target, self.fail.first) {
            (None, None) => {
                self.builder.ins().jump(failed, &[BlockArg::Value(code)]);
            }
            (target, first) => {
                let target = target.unwrap_or(failed);
                let panicked = self.builder.ins().icmp_imm_s(IntCC::Equal, code, i64::from(PANICKED.cast_signed()));
                let first = first.unwrap_or(code);
                self.builder.ins().brif(panicked, failed, &[BlockArg::Value(code)], target, &[BlockArg::Value(first)]);
            }
        }
        self.builder.switch_to_block(next);
    }
}

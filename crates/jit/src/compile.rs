//! From a program to code.

use std::ops::Range;

use anygrad_core::{Error, Real};
use anygrad_graph::Program;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{AbiParam, Function, Signature, UserFuncName, types};
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};

use crate::address::Address;
use crate::code::{Code, Lengths};
use crate::context::Contexts;
use crate::emit::{ARGUMENTS, Emit, Shop};
use crate::leaf::Leaf;
use crate::plan::{Apart, Form, Part, Plan, Routine, Work};
use crate::target::{Target, has_fma, target, unavailable};
use crate::test::Test;

/// Where functions begin, in bytes: on a line of the cache.
const ALIGNMENT: usize = 64;

/// What a program is compiled to.
#[derive(Debug)]
pub(crate) struct Compiled<R> {
    pub(crate) code: Code<R>,
    /// The tests, by the code that one that fails gives back, less 1.
    pub(crate) tests: Vec<Test<R>>,
    /// Where each data parameter is in the table.
    pub(crate) data: Vec<Range<usize>>,
    pub(crate) functions: usize,
    pub(crate) bytes: usize,
}

/// Native code for a program, and its table: the constants and the data.
///
/// # Errors
/// [`Error::JitUnavailable`] for a leaf or a machine that is not served.
pub(crate) fn compile<R: Real>(program: &Program<R>) -> Result<(Compiled<R>, Vec<R>), Error> {
    let leaf = Leaf::of::<R>().ok_or_else(|| unavailable("a leaf that is neither f32 nor f64"))?;
    let target = target()?;
    let (mut plan, routine) = Plan::of(program)?;
    let apart = std::mem::take(&mut plan.apart);
    let mut contexts = Contexts::new(&apart);
    let states = apart.iter().map(|apart| apart.state).collect();
    let has_fma = has_fma(&*target);
    let frontend = target.frontend_config();
    let shop = Shop { plan: &mut plan, contexts: &mut contexts, states, frontend, leaf, has_fma, broken: None };
    let mut factory = Factory::new(target, shop);
    let main = factory.routine(&routine, true)?;
    let paths = factory.bodies(&apart, &routine)?;
    if let Some(reason) = factory.shop.broken {
        return Err(unavailable(reason));
    }
    let Factory { target, bytes, functions, .. } = factory;
    let lengths = Lengths {
        inputs: program.inputs(),
        outputs: program.outputs(),
        slots: plan.slots.len as usize,
        table: plan.table.numbers.len(),
    };
    let count = bytes.len();
    let code = Code::load(target, &bytes, &main, &paths, contexts, lengths)?;
    Ok((Compiled { code, tests: plan.tests, data: plan.table.data, functions, bytes: count }, plan.table.numbers))
}

/// Makes functions, one behind the other.
struct Factory<'s, 'p, R> {
    target: Target,
    shop: Shop<'s, 'p, R>,
    context: Context,
    frontend: FunctionBuilderContext,
    bytes: Vec<u8>,
    functions: usize,
}

/// The functions of the paths of a loop: for each path, where they begin.
pub(crate) type Paths = Vec<Vec<usize>>;

impl<'s, 'p, R: Real> Factory<'s, 'p, R> {
    fn new(target: Target, shop: Shop<'s, 'p, R>) -> Self {
        let (context, frontend) = (Context::new(), FunctionBuilderContext::new());
        Self { target, shop, context, frontend, bytes: Vec::new(), functions: 0 }
    }

    /// The functions of a routine: where they begin.
    fn routine(&mut self, routine: &Routine<'p, R>, recorded: bool) -> Result<Vec<usize>, Error> {
        let mut start = 0;
        let functions = routine.cuts.iter().map(|&end| {
            let work = &routine.part.work[start..end];
            start = end;
            self.function(&routine.part, routine.results, work, recorded)
        });
        functions.collect()
    }

    /// The functions of the loops whose bodies have some, for each loop.
    fn bodies(&mut self, apart: &[Apart<'p, R>], main: &Routine<'p, R>) -> Result<Vec<Paths>, Error> {
        let mut functions = vec![Paths::new(); apart.len()];
        let mut open = Vec::new();
        loops_apart(&main.part, true, &mut open);
        while let Some((number, recorded)) = open.pop() {
            for (path, routine) in apart[number].paths.iter().enumerate() {
                // The error is that of the path that was tried first.
                let recorded = recorded && path == 0;
                functions[number].push(self.routine(routine, recorded)?);
                loops_apart(&routine.part, recorded, &mut open);
            }
        }
        Ok(functions)
    }

    /// One function: where it begins.
    fn function(
        &mut self,
        part: &Part<'p, R>,
        results: Address,
        work: &[Work],
        recorded: bool,
    ) -> Result<usize, Error> {
        self.context.clear();
        self.context.func = Function::with_name_signature(UserFuncName::default(), signature(&*self.target));
        let builder = FunctionBuilder::new(&mut self.context.func, &mut self.frontend);
        let mut emit = Emit::begin(builder, &mut self.shop, part.depth, recorded);
        emit.work(part, results, work);
        emit.finish();
        let code = self
            .context
            .compile(&*self.target, &mut ControlPlane::default())
            .map_err(|error| unavailable(error.inner.to_string()))?;
        if !code.buffer.relocs().is_empty() {
            return Err(unavailable("a machine that needs functions of a library for arithmetic"));
        }
        let start = self.bytes.len().next_multiple_of(ALIGNMENT);
        self.bytes.resize(start, 0);
        self.bytes.extend_from_slice(code.code_buffer());
        self.functions += 1;
        Ok(start)
    }
}

/// The loops of a routine whose bodies have functions of their own, and whether failing tests in it are recorded.
fn loops_apart<R>(part: &Part<'_, R>, recorded: bool, open: &mut Vec<(usize, bool)>) {
    for inner in part.loops.values() {
        if let Form::Apart(number) = inner.form {
            open.push((number, recorded));
        }
    }
}

/// What all functions are given, and what they give back.
pub(crate) fn signature(target: &dyn TargetIsa) -> Signature {
    let mut signature = Signature::new(target.default_call_conv());
    signature.params = vec![AbiParam::new(types::I64); ARGUMENTS];
    signature.returns = vec![AbiParam::new(types::I32)];
    signature
}

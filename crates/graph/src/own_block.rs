//! `OwnBlock<R>`: an operation on arrays, kept by a program.

use std::any::TypeId;
use std::fmt::{self, Debug};
use std::sync::{Arc, OnceLock};

use anygrad_core::arrays::{Array, At, Block, Buffer};
use anygrad_core::{Error, Real, Scalar};

use crate::kept::Kept;
use crate::node::Node;
use crate::nodes::Nodes;
use crate::program::Program;
use crate::recorder::Recorder;
use crate::run::run;

/// An operation on whole arrays: its value at floats, and its rules over the numbers of a program.
#[derive(Clone)]
pub struct OwnBlock<R>(Arc<Kept<Own<R>>>);

struct Own<R> {
    identity: Identity,
    block: Box<dyn Behaviour<R>>,
    /// The rules as programs, for runs over other scalars: none for one that asks something of its operands.
    rules: [OnceLock<Option<Program<R>>>; 2],
}

/// What two equal operations have in common: their type, and what it prints of its content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity(TypeId, Arc<str>);

/// Which of the rules.
#[derive(Clone, Copy)]
enum Rule {
    Push,
    Pull,
}

/// What a program asks of an operation.
trait Behaviour<R>: Debug + Send + Sync {
    fn name(&self) -> &'static str;
    fn size(&self) -> usize;
    fn operand(&self, index: usize) -> Option<usize>;
    fn is_detached(&self) -> bool;
    fn write(&self, args: &[&[R]], out: &mut [R]);

    fn pushforward<'g>(&self, at: At<'_, Node<'g, R>>, tangents: &[Option<&Nodes<'g, R>>]) -> Option<Nodes<'g, R>>
    where
        R: Real;

    fn pullback<'g>(&self, at: At<'_, Node<'g, R>>, adjoint: &Nodes<'g, R>, add: &mut dyn FnMut(usize, Nodes<'g, R>))
    where
        R: Real;
}

impl<R: Real, B: Block<R>> Behaviour<R> for B {
    fn name(&self) -> &'static str {
        Block::name(*self)
    }

    fn size(&self) -> usize {
        Block::size(*self)
    }

    fn operand(&self, index: usize) -> Option<usize> {
        Block::operand(*self, index)
    }

    fn is_detached(&self) -> bool {
        Block::is_detached(*self)
    }

    fn write(&self, args: &[&[R]], out: &mut [R]) {
        Block::write(*self, args, out);
    }

    fn pushforward<'g>(&self, at: At<'_, Node<'g, R>>, tangents: &[Option<&Nodes<'g, R>>]) -> Option<Nodes<'g, R>> {
        Block::pushforward(*self, at, tangents)
    }

    fn pullback<'g>(&self, at: At<'_, Node<'g, R>>, adjoint: &Nodes<'g, R>, add: &mut dyn FnMut(usize, Nodes<'g, R>)) {
        Block::pullback(*self, at, adjoint, &mut |index, share| add(index, share));
    }
}

impl<R: Real> OwnBlock<R> {
    pub(crate) fn of<B: Block<R>>(block: B) -> Self {
        let identity = Identity(TypeId::of::<B>(), format!("{block:?}").into());
        Self(Kept::new(Own { identity, block: Box::new(block), rules: [OnceLock::new(), OnceLock::new()] }))
    }

    /// The same by a number, as a block over any scalar.
    pub(crate) fn named(&self) -> Named {
        Named { id: self.0.id }
    }

    /// The name that reports print.
    pub fn name(&self) -> &'static str {
        self.block().name()
    }

    /// The number of values.
    pub fn size(&self) -> usize {
        self.block().size()
    }

    /// The length of operand `index`; none past the last.
    pub fn operand(&self, index: usize) -> Option<usize> {
        self.block().operand(index)
    }

    /// Whether no derivative flows through.
    pub fn is_detached(&self) -> bool {
        self.block().is_detached()
    }

    /// The value at floats, into what may be anything before.
    pub fn write(&self, args: &[&[R]], out: &mut [R]) {
        self.block().write(args, out);
    }

    fn block(&self) -> &dyn Behaviour<R> {
        &*self.0.thing.block
    }

    /// The lengths of all operands.
    fn operands(&self) -> Vec<usize> {
        (0..).map_while(|index| self.operand(index)).collect()
    }

    /// The tangent of the value.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the rule asks something of its operands.
    pub(crate) fn pushforward<'g>(
        &self,
        recorder: &Recorder<R>,
        at: At<'_, Node<'g, R>>,
        tangents: &[Option<&Nodes<'g, R>>],
    ) -> Result<Option<Nodes<'g, R>>, Error> {
        let tangent = self.block().pushforward(at, tangents);
        self.unless_looked(recorder, tangent)
    }

    /// Operands and their adjoints.
    ///
    /// # Errors
    /// As [`pushforward`](Self::pushforward).
    pub(crate) fn pullback<'g>(
        &self,
        recorder: &Recorder<R>,
        at: At<'_, Node<'g, R>>,
        adjoint: &Nodes<'g, R>,
    ) -> Result<Vec<(usize, Nodes<'g, R>)>, Error> {
        let mut shares = Vec::new();
        self.block().pullback(at, adjoint, &mut |index, share| shares.push((index, share)));
        self.unless_looked(recorder, shares)
    }

    /// What a rule gave, unless it was made of numbers that are not known.
    fn unless_looked<Y>(&self, recorder: &Recorder<R>, given: Y) -> Result<Y, Error> {
        let help = "differentiate the function by a backend that does not record it";
        match recorder.has_looked() {
            true => Err(Error::Unsupported { backend: "program", operator: self.name(), help }),
            false => Ok(given),
        }
    }

    /// A rule as a program: from the operands, the value, and the operands' tangents or the value's adjoint, to the value's
    /// tangent or the operands' adjoints, with zeros where nothing flows.
    fn rule(&self, rule: Rule) -> Result<Program<R>, Error> {
        let (operands, size) = (self.operands(), self.size());
        let inputs: usize = operands.iter().sum();
        let given = if matches!(rule, Rule::Push) { inputs } else { size };
        let recorder = Recorder::new(Program::<R>::MAX_OPERATIONS, true);
        let mut next = recorder.parameter(0, (inputs + size + given) as u32);
        let mut take = |len: usize| {
            let array = Nodes::at(&recorder, next, len);
            next = next.plus(len as u32);
            array
        };
        let args: Vec<Nodes<'_, R>> = operands.iter().map(|&len| take(len)).collect();
        let args: Vec<&Nodes<'_, R>> = args.iter().collect();
        let (y, active) = (take(size), vec![true; args.len()]);
        let at = At { args: &args, y: &y, active: &active };
        let results = match rule {
            Rule::Push => {
                let tangents: Vec<Nodes<'_, R>> = operands.iter().map(|&len| take(len)).collect();
                let tangents: Vec<_> = tangents.iter().map(Some).collect();
                vec![(size, self.pushforward(&recorder, at, &tangents)?)]
            }
            Rule::Pull => {
                let mut shares: Vec<_> = operands.iter().map(|&len| (len, None)).collect();
                let found = self.pullback(&recorder, at, &take(size))?;
                found.into_iter().for_each(|(index, share)| shares[index].1 = Some(share));
                shares
            }
        };
        let zero = Node::constant(R::zero());
        let results = results.iter().flat_map(|(len, array)| {
            (0..*len).map(|index| recorder.operand(array.as_ref().map_or(zero, |array| array.get(index))))
        });
        let results = results.collect();
        Ok(Program::new(recorder.finish(results)?, Vec::new()))
    }

    /// Runs a rule over any scalar; NaN where it is none that a program can hold.
    fn run_rule<T: Scalar<Real = R>>(&self, rule: Rule, given: &[&T::Array], outputs: usize) -> Vec<T> {
        let program = self.0.thing.rules[rule as usize].get_or_init(|| self.rule(rule).ok());
        let inputs: Vec<T> = given.iter().flat_map(|array| (0..array.len()).map(|index| array.get(index))).collect();
        let results = program.as_ref().and_then(|program| run(program.block(), &[&inputs], &[]).ok());
        results.unwrap_or_else(|| vec![T::nan(); outputs])
    }
}

impl<R> OwnBlock<R> {
    /// What two equal operations have in common.
    pub(crate) fn identity(&self) -> &Identity {
        &self.0.thing.identity
    }
}

impl<R> PartialEq for OwnBlock<R> {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl<R> Debug for OwnBlock<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.thing.block.fmt(f)
    }
}

/// An operation that a program keeps, by what is `Copy`: so that programs run over any scalar.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    id: u32,
}

impl Named {
    /// The operation itself, as long as some program keeps it.
    pub(crate) fn block<R: Real>(self) -> Option<OwnBlock<R>> {
        Kept::find(self.id).map(OwnBlock)
    }
}

impl<R: Real> Block<R> for Named {
    fn name(self) -> &'static str {
        self.block::<R>().map_or("dropped", |block| block.name())
    }

    fn size(self) -> usize {
        self.block::<R>().map_or(0, |block| block.size())
    }

    fn operand(self, index: usize) -> Option<usize> {
        self.block::<R>()?.operand(index)
    }

    fn value(self, args: &[&[R]], out: &mut [R]) {
        match self.block::<R>() {
            Some(block) => block.write(args, out),
            None => out.fill(R::zero()),
        }
    }

    fn overwrites(self) -> bool {
        true
    }

    fn pushforward<T: Scalar<Real = R>>(self, at: At<'_, T>, tangents: &[Option<&T::Array>]) -> Option<T::Array> {
        let block = self.block::<R>()?;
        let zeros = |len| T::Array::constant(Buffer::filled(len, |_| {}));
        let tangents: Vec<T::Array> = tangents
            .iter()
            .zip(at.args)
            .map(|(tangent, arg)| tangent.map_or_else(|| zeros(arg.len()), Clone::clone))
            .collect();
        let given: Vec<&T::Array> = at.args.iter().copied().chain([at.y]).chain(&tangents).collect();
        let tangent = block.run_rule::<T>(Rule::Push, &given, block.size());
        Some(T::Array::collect(tangent.len(), |index| tangent[index]))
    }

    fn pullback<T: Scalar<Real = R>>(self, at: At<'_, T>, adjoint: &T::Array, add: &mut impl FnMut(usize, T::Array)) {
        let Some(block) = self.block::<R>() else { return };
        let given: Vec<&T::Array> = at.args.iter().copied().chain([at.y, adjoint]).collect();
        let outputs = at.args.iter().map(|arg| arg.len()).sum();
        let mut rest = &*block.run_rule::<T>(Rule::Pull, &given, outputs);
        for (index, arg) in at.args.iter().enumerate() {
            let (own, others) = rest.split_at(arg.len());
            if at.wants(index) {
                add(index, T::Array::collect(own.len(), |index| own[index]));
            }
            rest = others;
        }
    }

    fn is_detached(self) -> bool {
        self.block::<R>().is_some_and(|block| block.is_detached())
    }
}

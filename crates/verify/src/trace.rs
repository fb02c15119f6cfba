//! `Trace`: the gates that a function applies at a point, in order, each with its operands and the line that applied it.

use std::marker::PhantomData;

use anygrad_core::{BinaryOp, Differentiable, Leaf, NaryOp, Real, Scalar, Tree, UnaryOp};

use crate::parting::{Place, Site};
use crate::programs::Program;
use crate::traced::{Tape, Traced};

/// So many gates are recorded; what comes after them counts as constant.
pub(crate) const MOST_GATES: usize = 20_000;

/// What a function did at a point. Value `i` is input `i`, or from there on the result of a gate.
pub(crate) struct Trace<R> {
    /// The inputs.
    pub(crate) point: Vec<R>,
    /// The gates that depend on an input.
    pub(crate) gates: Vec<Applied<R>>,
}

/// A gate with what it was applied to.
pub(crate) struct Applied<R> {
    pub(crate) name: &'static str,
    pub(crate) rule: Rule<R>,
    pub(crate) operands: Vec<Operand<R>>,
    pub(crate) arguments: Vec<R>,
    pub(crate) value: R,
    pub(crate) place: Place,
}

#[derive(Clone, Copy)]
pub(crate) enum Operand<R> {
    Value(usize),
    Constant(R),
}

/// How a gate is applied again, to any scalar.
pub(crate) enum Rule<R> {
    Unary(UnaryOp<R>),
    Binary(BinaryOp),
    Nary(NaryOp),
    /// A gate outside the table, which this run alone has seen: its value as a function, its partials as numbers.
    Own {
        value: Box<dyn Fn(&[R]) -> R>,
        partials: Vec<R>,
    },
}

impl<R: Real> Trace<R> {
    /// Runs a function at a point.
    pub(crate) fn of<F: Differentiable>(function: &F, point: &F::Input) -> Self
    where
        F::Input: Tree<Leaf = R>,
    {
        let tape = Tape::default();
        let mut inputs = Vec::new();
        let x = F::Input::map::<Leaf<F>, Traced<'_, R>>(point, &mut |leaf| {
            inputs.push(leaf);
            Traced { value: leaf, at: Some((&tape, inputs.len() - 1)) }
        });
        tape.inputs.set(inputs.len());
        function.call::<Traced<'_, R>>(&x);
        Self { point: inputs, gates: tape.gates.take() }
    }

    /// Runs a program at a point; the place of a gate is the number of its value in the program.
    pub(crate) fn of_program(program: &Program<R>, point: &[R]) -> Self {
        let tape = Tape::default();
        tape.inputs.set(point.len());
        let x: Vec<_> = (0..point.len()).map(|i| Traced { value: point[i], at: Some((&tape, i)) }).collect();
        let values = program.values(&x);
        let mut gates = tape.gates.take();
        for (value, traced) in values.iter().enumerate().rev() {
            let gate = traced.at.and_then(|(_, at)| at.checked_sub(point.len()));
            // The branch that chooses a value comes after the gate that made it.
            gate.into_iter().for_each(|gate| gates[gate].place = Place::Value(value));
        }
        Self { point: point.to_vec(), gates }
    }

    /// The values on which a value depends, itself among them.
    pub(crate) fn behind(&self, value: usize) -> Vec<bool> {
        let mut live = vec![false; value + 1];
        live[value] = true;
        for at in (self.point.len()..=value).rev() {
            if live[at] {
                self.gates[at - self.point.len()].reads().for_each(|read| live[read] = true);
            }
        }
        live
    }

    /// A value at the point.
    pub(crate) fn value(&self, at: usize) -> R {
        at.checked_sub(self.point.len()).map_or_else(|| self.point[at], |gate| self.gates[gate].value)
    }
}

impl<R: Real> Applied<R> {
    /// The gate as a report names it.
    pub(crate) fn site(&self) -> Site {
        let at = self.arguments.iter().map(|argument| argument.widen()).collect();
        Site { gate: self.name, at, place: self.place }
    }

    /// The values that it reads, one for each operand that is not a constant.
    pub(crate) fn reads(&self) -> impl Iterator<Item = usize> {
        self.operands.iter().filter_map(|operand| match operand {
            Operand::Value(at) => Some(*at),
            Operand::Constant(_) => None,
        })
    }

    /// The operands that are not constants.
    pub(crate) fn active(&self) -> Vec<usize> {
        (0..self.operands.len()).filter(|&i| matches!(self.operands[i], Operand::Value(_))).collect()
    }

    /// The arguments at these places.
    pub(crate) fn arguments(&self, places: &[usize]) -> Vec<R> {
        places.iter().map(|&i| self.arguments[i]).collect()
    }

    /// Whether the gate is outside the table.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self.rule, Rule::Own { .. })
    }

    /// Whether the gate makes a constant of its operand.
    pub(crate) fn detaches(&self) -> bool {
        matches!(self.rule, Rule::Unary(UnaryOp::Detach(_)))
    }

    /// For a gate outside the table, the partials that its rule gives for the operands that are not constants.
    pub(crate) fn own_partials(&self) -> Option<Vec<R>> {
        match &self.rule {
            Rule::Own { partials, .. } => Some(self.active().into_iter().map(|i| partials[i]).collect()),
            _ => None,
        }
    }

    /// The value over floats with other arguments in the operands that are not constants.
    pub(crate) fn value_at(&self, arguments: &[R]) -> R {
        let mut all = self.arguments.clone();
        self.active().iter().zip(arguments).for_each(|(&i, &argument)| all[i] = argument);
        match &self.rule {
            Rule::Own { value, .. } => value(&all),
            _ => self.apply(&all),
        }
    }

    /// The gate over any scalar; one outside the table is replaced by its tangent plane.
    fn apply<S: Scalar<Real = R>>(&self, args: &[S]) -> S {
        match &self.rule {
            Rule::Unary(op) => args[0].unary(*op),
            Rule::Binary(op) => args[0].binary(*op, args[1]),
            Rule::Nary(op) => S::nary(*op, args),
            Rule::Own { partials, .. } => {
                let terms = args.iter().zip(&self.arguments).zip(partials).filter(|((x, _), _)| !x.is_constant());
                terms.fold(S::constant(self.value), |sum, ((&x, &at), &partial)| sum + (x - at) * partial)
            }
        }
    }
}

/// A gate as a function of its operands that are not constants.
pub(crate) struct Alone<'a, R>(pub(crate) &'a Applied<R>);

impl<R: Real> Differentiable for Alone<'_, R> {
    type Input = Vec<R>;
    type Output = R;

    fn call<S: Scalar<Real = R>>(&self, x: &Vec<S>) -> S {
        let mut x = x.iter();
        let args = self.0.operands.iter().map(|operand| match operand {
            Operand::Constant(c) => S::constant(*c),
            Operand::Value(_) => x.next().copied().unwrap_or_else(S::nan),
        });
        self.0.apply(&args.collect::<Vec<_>>())
    }
}

/// A value as a function of earlier ones; what does not depend on these is constant.
pub(crate) struct Between<'a, R> {
    pub(crate) trace: &'a Trace<R>,
    /// The values that are the inputs.
    pub(crate) from: &'a [usize],
    /// The value that is the output.
    pub(crate) to: usize,
}

impl<R: Real> Differentiable for Between<'_, R> {
    type Input = Vec<R>;
    type Output = R;

    fn call<S: Scalar<Real = R>>(&self, x: &Vec<S>) -> S {
        let Self { trace, from, to } = *self;
        let (live, inputs) = (trace.behind(to), trace.point.len());
        let mut values: Vec<Option<S>> = vec![None; to + 1];
        from.iter().zip(x).for_each(|(&at, &x)| values[at] = Some(x));
        for at in (inputs..=to).filter(|&at| live[at]) {
            let gate = &trace.gates[at - inputs];
            if values[at].is_none() && gate.reads().any(|read| values[read].is_some()) {
                let args = gate.operands.iter().map(|operand| match operand {
                    Operand::Constant(c) => S::constant(*c),
                    Operand::Value(read) => values[*read].unwrap_or_else(|| S::constant(trace.value(*read))),
                });
                values[at] = Some(gate.apply(&args.collect::<Vec<_>>()));
            }
        }
        values[to].unwrap_or_else(|| S::constant(trace.value(to)))
    }
}

/// The inputs themselves.
pub(crate) struct Inputs<R>(pub(crate) PhantomData<R>);

impl<R: Real> Differentiable for Inputs<R> {
    type Input = Vec<R>;
    type Output = Vec<R>;

    fn call<S: Scalar<Real = R>>(&self, x: &Vec<S>) -> Vec<S> {
        x.clone()
    }
}

//! `Ledger`: what each function has cost so far, and whether native code pays for it.

use std::any::TypeId;
use std::time::{Duration, Instant};

use anygrad_core::{Differentiable, Error, Leaf, Tree};
use anygrad_graph::Program;
use anygrad_jit::Jit;
use rustc_hash::FxHashMap;

use super::Auto;
use super::choice::{Bill, Choice, Reason};

/// What native code takes for each operation of a program, roughly, and for any program.
const PER_OPERATION: Duration = Duration::from_micros(4);
const PER_PROGRAM: Duration = Duration::from_micros(200);

/// So many eager calls take about as long as a recording.
const CALLS_OF_A_RECORDING: u32 = 20;

/// So many runs of native code are measured; the best counts, since whatever else runs on the machine disturbs some.
const RUNS: usize = 3;

/// A function that takes more paths than these is left to the tape.
const MOST_PATHS: usize = 8;

/// An operator that native code may be made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Operator {
    Gradient,
    Jacobian,
    Hvp,
    Hessian,
}

impl Operator {
    /// How many times the operations of the function its derivative has, roughly.
    fn weight(self, inputs: usize, outputs: usize) -> usize {
        match self {
            Self::Gradient => 4,
            Self::Jacobian => 1 + 3 * outputs.min(inputs),
            Self::Hvp => 10,
            Self::Hessian => 4 + 6 * inputs,
        }
    }
}

/// A function that never changes, an operator, and the number of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    function: TypeId,
    identity: u64,
    operator: Operator,
    inputs: usize,
}

/// What a function has cost.
#[derive(Clone, Copy, Debug)]
struct Account {
    calls: u64,
    /// What native code is expected to cost; at first a recording, which will tell.
    expected: Option<Duration>,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// The calls so far have cost less than native code would.
    Saving,
    /// Native code is made, for so many paths.
    Native { bill: Bill, paths: usize },
    /// It does not pay.
    Never(Reason),
}

/// The accounts of all functions, and the native code.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    native: Jit,
    accounts: FxHashMap<Key, Account>,
}

/// How an operator is run: by the backend that fits the shape, or natively.
pub(super) enum By<'a> {
    Shape(&'a mut Auto),
    Code(&'a mut Jit),
}

impl Auto {
    /// Runs an operator by native code if that has paid or is about to: once the calls so far have cost as much as making
    /// it will, which costs at most about twice what knowing the number of calls beforehand would.
    pub(super) fn run<F, Y>(
        &mut self,
        operator: Operator,
        f: &F,
        x: &F::Input,
        mut run: impl FnMut(By<'_>) -> Result<Y, Error>,
    ) -> Result<Y, Error>
    where
        F: Differentiable,
    {
        let Some(identity) = f.identity() else { return run(By::Shape(self)) };
        let inputs = F::Input::count::<Leaf<F>>(x);
        let key = Key { function: typeid::of::<F>(), identity, operator, inputs };
        let start = Account { calls: 0, expected: None, state: State::Saving };
        let account = self.ledger.accounts.entry(key).or_insert(start);
        account.calls += 1;
        let account = *account;
        match account.state {
            State::Saving if account.calls.is_power_of_two() => {
                self.weigh(key, account, || expected_price(key, f, x), run)
            }
            State::Saving => run(By::Shape(self)),
            State::Native { bill, paths } => self.run_natively(key, bill, paths, run),
            State::Never(reason) => {
                let result = run(By::Shape(self));
                self.choice = self.choice.map(|choice| Choice { reason, ..choice });
                result
            }
        }
    }

    fn run_natively<Y>(
        &mut self,
        key: Key,
        bill: Bill,
        paths: usize,
        mut run: impl FnMut(By<'_>) -> Result<Y, Error>,
    ) -> Result<Y, Error> {
        let before = self.ledger.native.recordings();
        let result = run(By::Code(&mut self.ledger.native));
        let more = self.ledger.native.recordings() - before;
        self.choice = Some(Choice { backend: "native", inputs: key.inputs, outputs: None, reason: Reason::Paid(bill) });
        if more > 0 {
            let paths = paths + more;
            let is_worth_it = paths <= MOST_PATHS;
            self.settle(key, if is_worth_it { State::Native { bill, paths } } else { State::Never(Reason::ManyPaths) });
        }
        result.or_else(|_| {
            // What is wrong with the call itself the other backend will say.
            let result = run(By::Shape(self));
            if result.is_ok() {
                self.settle(key, State::Never(Reason::NoNativeCode));
            }
            result
        })
    }

    /// Runs by the shape, and makes native code if the calls so far have cost as much. The `price` of that is found once.
    fn weigh<Y>(
        &mut self,
        key: Key,
        account: Account,
        price: impl FnOnce() -> Duration,
        mut run: impl FnMut(By<'_>) -> Result<Y, Error>,
    ) -> Result<Y, Error> {
        let (result, other) = timed(|| run(By::Shape(self)));
        let result = result?;
        let calls = u32::try_from(account.calls).unwrap_or(u32::MAX);
        let spent = other.saturating_mul(calls);
        let expected = match account.expected {
            Some(expected) => expected,
            None if spent < PER_PROGRAM + other.saturating_mul(CALLS_OF_A_RECORDING) => return Ok(result),
            None => price(),
        };
        if let Some(account) = self.ledger.accounts.get_mut(&key) {
            account.expected = Some(expected);
        }
        if spent >= expected {
            let state = self.make(other, run);
            self.settle(key, state);
        }
        Ok(result)
    }

    /// Makes native code, and measures it.
    fn make<Y>(&mut self, other: Duration, mut run: impl FnMut(By<'_>) -> Result<Y, Error>) -> State {
        let native = &mut self.ledger.native;
        let (first, price) = timed(|| run(By::Code(native)));
        if first.is_err() {
            return State::Never(Reason::NoNativeCode);
        }
        let own = (0..RUNS).map(|_| timed(|| run(By::Code(native)).is_ok()).1).min().unwrap_or(price);
        let bill = Bill { price, own, other };
        if own < other { State::Native { bill, paths: 1 } } else { State::Never(Reason::NeverPays(bill)) }
    }

    fn settle(&mut self, key: Key, state: State) {
        if let Some(account) = self.ledger.accounts.get_mut(&key) {
            account.state = state;
        }
    }
}

/// What native code for a function is expected to cost, by its recording; too much for one that can't be recorded.
fn expected_price<F: Differentiable>(key: Key, f: &F, x: &F::Input) -> Duration {
    let (program, record) = timed(|| Program::record(f, x));
    let Ok(program) = program else { return Duration::MAX };
    let operations: usize = program.statistics().operations.values().sum();
    let operations = operations.saturating_mul(key.operator.weight(key.inputs, program.outputs()));
    let compile = PER_OPERATION.saturating_mul(u32::try_from(operations).unwrap_or(u32::MAX));
    (record + PER_PROGRAM).saturating_add(compile)
}

fn timed<Y>(run: impl FnOnce() -> Y) -> (Y, Duration) {
    let start = Instant::now();
    let result = run();
    (result, start.elapsed())
}

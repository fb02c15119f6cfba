//! `Case`: a program and its points, drawn from a seed or spelled by bytes.

use anygrad_core::{BinaryOp, NaryOp, UnaryOp, gates};

use super::program::arguments;
use super::random::{Bytes, Source};
use super::{At, Program, SplitMix64, Step};

/// No value of a program is larger than this at its ordinary point …
const LARGEST_VALUE: f64 = 20.0;

/// … and no sum of `|∂value/∂input|` over all paths.
const LARGEST_SLOPE: f64 = 1e4;

/// The most inputs of a program.
const MOST_INPUTS: usize = 16;

/// Inputs at which programs are run besides the ordinary ones.
const HARD: [f64; 11] =
    [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 5e-324, -1e-310, 1e-200, 1e200, 1.0, -1.0];

/// A random program, an ordinary point of it and some hard ones.
///
/// Half of the programs have up to 12 operations, others up to 60 or up to 200, besides those that bring an operand into the
/// domain of a gate. At the ordinary point every value is finite, of moderate size and away from kinks. Constants and
/// ordinary inputs are single-precision numbers, so that the program in `f32` is the same program.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The program.
    pub program: Program,
    /// The ordinary point.
    pub point: Vec<f64>,
    /// The same with one or two coordinates replaced by NaN, an infinity, a zero, a subnormal or an extreme number.
    pub hard: Vec<Vec<f64>>,
}

impl Case {
    /// The case number `index` of a seed: the same on every platform whose elementary functions round alike, since a draw is
    /// refused by the values that it leads to.
    ///
    /// ```
    /// use anygrad_verify::programs::Case;
    ///
    /// let case = Case::draw(7, 0);
    /// assert_eq!(case.program, Case::draw(7, 0).program);
    /// assert!(case.program.is_smooth_at(&case.point));
    /// ```
    pub fn draw(seed: u64, index: u64) -> Self {
        let mut random = SplitMix64::new(seed);
        Self::of(SplitMix64::new(random.bits() ^ SplitMix64::new(index).bits()))
    }

    /// The case that bytes spell, two a decision: whoever searches among bytes, a fuzzer say, searches among programs.
    /// The program ends with the bytes.
    ///
    /// ```
    /// use anygrad_verify::programs::Case;
    ///
    /// assert!(Case::spelled(b"").program.steps.is_empty());
    /// let case = Case::spelled(b"any bytes are a program");
    /// assert!(case.program.is_smooth_at(&case.point));
    /// ```
    pub fn spelled(bytes: &[u8]) -> Self {
        Self::of(Bytes(bytes))
    }

    /// The points, each with its kind: the ordinary one first.
    pub fn points(&self) -> impl Iterator<Item = (&Vec<f64>, At)> {
        [(&self.point, At::Ordinary)].into_iter().chain(self.hard.iter().map(|point| (point, At::Hard)))
    }

    fn of(mut source: impl Source) -> Self {
        let length = source.choose(&[12, 12, 12, 60, 60, 200]);
        let length = 1 + source.below(length);
        let inputs = 1 + source.below(if length > 12 { MOST_INPUTS } else { 4 });
        let mut draft = Draft::new(source, inputs);
        // A draw may be refused; where hundreds in a row are, the program stays shorter.
        for _ in 0..20 * length {
            if draft.steps.len() < length && !draft.random.is_exhausted() {
                draft.extend(length);
            }
        }
        draft.finish()
    }
}

/// A program in the making, with its values and slopes at the ordinary point.
struct Draft<R> {
    random: R,
    inputs: usize,
    steps: Vec<Step>,
    values: Vec<f64>,
    /// For each value the sum of `|∂/∂input|` over all paths.
    slopes: Vec<f64>,
    /// How often each value is read.
    reads: Vec<usize>,
    unary: Vec<(UnaryOp<f64>, [f64; 2])>,
}

impl<R: Source> Draft<R> {
    fn new(mut random: R, inputs: usize) -> Self {
        let values: Vec<f64> = (0..inputs).map(|_| random.single(-2.0, 2.0)).collect();
        let (slopes, reads) = (vec![1.0; inputs], vec![0; inputs]);
        Self { random, inputs, steps: Vec::new(), values, slopes, reads, unary: UnaryOp::samples() }
    }

    /// Adds an operation, with those that bring its operands into its domain; nothing if it would be too long or if a value
    /// is refused.
    fn extend(&mut self, length: usize) {
        let before = self.steps.len();
        let done = match self.random.below(20) {
            0 => self.constant(),
            1..=8 => self.one_argument(),
            9..=14 => self.two_arguments(),
            15..=18 => self.many_arguments(),
            _ => self.branch(),
        };
        if done.is_none() || self.steps.len() > length.max(4) {
            self.truncate(before);
        }
    }

    fn truncate(&mut self, length: usize) {
        for step in self.steps.drain(length..) {
            step.operands().iter().for_each(|&operand| self.reads[operand] -= 1);
        }
        let values = self.inputs + length;
        self.values.truncate(values);
        self.slopes.truncate(values);
        self.reads.truncate(values);
    }

    /// Appends a step; `None` if its value is not moderate or too near to a kink.
    fn push(&mut self, step: Step) -> Option<usize> {
        let args = arguments(&step, &self.values);
        let (value, slopes) = (step.value(&args), step.slopes(&args));
        let slope = |(&operand, slope): (&usize, f64)| slope.abs() * self.slopes[operand];
        let slope: f64 = step.operands().iter().zip(slopes).map(slope).sum();
        // Written so that NaN is refused.
        let moderate = value.abs() <= LARGEST_VALUE && slope <= LARGEST_SLOPE;
        if !moderate || !step.keeps_piece(&args, |i| 2e-3 * args[i].abs().max(1.0)) {
            return None;
        }
        step.operands().iter().for_each(|&operand| self.reads[operand] += 1);
        self.steps.push(step);
        self.values.push(value);
        self.slopes.push(slope);
        self.reads.push(0);
        Some(self.values.len() - 1)
    }

    /// An earlier value: often one that nobody has read yet, otherwise any.
    fn operand(&mut self) -> usize {
        let unread: Vec<usize> = (0..self.values.len()).filter(|&value| self.reads[value] == 0).collect();
        if !unread.is_empty() && self.random.happens(0.6) {
            self.random.choose(&unread)
        } else {
            self.random.below(self.values.len())
        }
    }

    /// An earlier value within an interval, or one that is brought there by `low + (high − low)·σ(x)`.
    fn operand_in(&mut self, [low, high]: [f64; 2]) -> Option<usize> {
        for _ in 0..6 {
            let operand = self.operand();
            if (low..=high).contains(&self.values[operand]) {
                return Some(operand);
            }
        }
        let operand = self.operand();
        let [low, high] = [low, high].map(|bound| f64::from(bound as f32));
        let inside = self.push(Step::Unary(UnaryOp::Sigmoid(gates::Sigmoid), operand))?;
        let scaled =
            self.push(Step::Unary(UnaryOp::MulConst(gates::MulConst { c: f64::from((high - low) as f32) }), inside))?;
        self.push(Step::Unary(UnaryOp::AddConst(gates::AddConst { c: low }), scaled))
    }

    fn constant(&mut self) -> Option<usize> {
        let c = self.random.single(-2.0, 2.0);
        self.push(Step::Constant(c))
    }

    fn one_argument(&mut self) -> Option<usize> {
        let place = self.random.below(self.unary.len());
        let (op, interval) = self.unary[place];
        let random = &mut self.random;
        let op = match op {
            UnaryOp::AddConst(_) => UnaryOp::AddConst(gates::AddConst { c: random.single(-2.0, 2.0) }),
            UnaryOp::MulConst(_) => UnaryOp::MulConst(gates::MulConst { c: random.single(-2.0, 2.0) }),
            UnaryOp::DivConst(_) => UnaryOp::DivConst(gates::DivConst { c: -random.single(0.5, 2.0) }),
            UnaryOp::Powf(_) => {
                UnaryOp::Powf(gates::Powf { exponent: random.choose(&[-1.5, -0.5, 0.25, 0.5, 1.0, 2.0, 3.25]) })
            }
            UnaryOp::Powi(_) => UnaryOp::Powi(gates::Powi { n: random.choose(&[-3, -2, -1, 1, 2, 3, 4]) }),
            UnaryOp::Polygamma(_) => UnaryOp::Polygamma(gates::Polygamma { order: random.choose(&[0, 1, 2]) }),
            plain => plain,
        };
        // Choices among pieces take operands from everywhere, not from one piece.
        let interval = if anygrad_core::Unary::<f64>::is_piecewise(op) { [-5.0, 5.0] } else { interval };
        let operand = self.operand_in(interval)?;
        self.push(Step::Unary(op, operand))
    }

    fn two_arguments(&mut self) -> Option<usize> {
        let (op, [lhs, rhs]) = match self.random.below(8) {
            0 => (BinaryOp::Add, [[-9.0, 9.0]; 2]),
            1 => (BinaryOp::Sub, [[-9.0, 9.0]; 2]),
            2 => (BinaryOp::Mul, [[-4.0, 4.0]; 2]),
            3 => (BinaryOp::Div, [[-4.0, 4.0], [0.3, 3.0]]),
            _ => self.random.choose(BinaryOp::SAMPLES),
        };
        let a = self.operand_in(lhs)?;
        let aliased = self.random.happens(0.1) && (rhs[0]..=rhs[1]).contains(&self.values[a]);
        let b = if aliased { a } else { self.operand_in(rhs)? };
        self.push(Step::Binary(op, [a, b]))
    }

    fn many_arguments(&mut self) -> Option<usize> {
        let (op, arity) = self.random.choose(NaryOp::SAMPLES);
        let count = match (op, arity) {
            (_, Some(arity)) => arity,
            (NaryOp::Dot, None) => 2 * (1 + self.random.below(4)),
            (_, None) => 1 + self.random.below(6),
        };
        let mut args = Vec::new();
        for _ in 0..count {
            args.push(self.operand_in([-3.0, 3.0])?);
        }
        let value = |arg: usize| self.values[arg];
        match op {
            NaryOp::Clamp if value(args[1]) > value(args[2]) => args.swap(1, 2),
            // The length of a vector is not smooth at the origin.
            NaryOp::Norm if args.iter().all(|&arg| value(arg).abs() < 0.1) => return None,
            _ => {}
        }
        self.push(Step::Nary(op, args))
    }

    fn branch(&mut self) -> Option<usize> {
        let args = [self.operand(), self.operand(), self.operand(), self.operand()];
        self.push(Step::Branch(args))
    }

    /// Up to three outputs, the last values first.
    fn finish(mut self) -> Case {
        let count = self.random.choose(&[1, 1, 1, 2, 3]);
        let last = self.values.len() - 1;
        let earlier = (1..count).map(|_| self.random.below(last + 1));
        let outputs = std::iter::once(last).chain(earlier).collect();
        let point = self.values[..self.inputs].to_vec();
        let hard = (0..2).map(|_| {
            let mut hard = point.clone();
            for _ in 0..1 + self.random.below(2) {
                hard[self.random.below(self.inputs)] = self.random.choose(&HARD);
            }
            hard
        });
        let hard = hard.collect();
        Case { program: Program { inputs: self.inputs, steps: self.steps, outputs }, point, hard }
    }
}

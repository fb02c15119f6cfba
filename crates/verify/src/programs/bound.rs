//! `Bounds`: how far rounding can move the entries of a program's Jacobian.

use super::program::arguments;
use super::{Program, Step};
use crate::tolerance::ULPS;

/// Beyond this a product on the way can overflow although the result does not.
const OVERFLOW: f64 = 1e300;

/// The smallest positive number of the arithmetic with this machine epsilon, the error of an underflow.
fn underflow(epsilon: f64) -> f64 {
    if epsilon > f64::EPSILON { f64::from(f32::from_bits(1)) } else { f64::from_bits(1) }
}

/// Running error bounds of a program at a point (Wilkinson 1986; Higham 2002, §3.3), to first order in the unit roundoff `u`.
///
/// An entry of the Jacobian is a sum over paths of products of partials. The primal is the same in every mode, hence so are
/// the partials `p` as floats: modes differ only in the order of these products and sums. Along an edge from `x` to `y`
/// forward mode rounds one product and at most as many sums as `y` has operands; reverse mode one product and at most as
/// many sums as `x` has readers. With `c = 1 + operands(y) + readers(x)` and `A(y) = Σ|p|·A(x)`, the sum of the magnitudes
/// of the paths from an input, the error of either mode is at most
///
/// ```text
/// E(y) = Σ |p|·(E(x) + c·u·A(x)),
/// ```
///
/// and two modes differ by at most `2E`. To this come the smallest positive number for each product that may underflow, and `n + m + 2`
/// roundings for seeds and for products with a vector.
///
/// Against the true derivative, or one in another precision, the partials are wrong too. An operand `x` is uncertain by
/// `e(x)`, its own bound, and by a backward error of the gate, 16ε·|x|; moving the operands that far, one at a time, moves
/// the value by `Δy` and the partials by `Δp`. Then `e(y) = ΣΔy + 16ε·|y|`, and
///
/// ```text
/// T(y) = Σ |p|·T(x) + (ΣΔp + 16ε·|p| + c·u·|p|)·A(x),
/// ```
///
/// infinite where a step could come to lie on another of its smooth pieces.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounds {
    /// For each output the error of the value against exact arithmetic, `e`.
    pub value: Vec<f64>,
    /// For each entry of the Jacobian, row by row, the sum of the magnitudes of its paths, `A`.
    pub paths: Vec<f64>,
    /// For each entry the error of a mode from the order in which it multiplies and adds, `E`.
    pub order: Vec<f64>,
    /// For each entry the error of a mode against the true derivative, `T`.
    pub truth: Vec<f64>,
    /// Whether a product of some partials of a path, all finite, can overflow: then the order decides about infinities.
    pub overflow: bool,
}

/// What is known about one value of the program.
#[derive(Clone, Default)]
struct Known {
    error: f64,
    /// `A`, `E` and `T`, one of each an input.
    paths: Vec<f64>,
    order: Vec<f64>,
    truth: Vec<f64>,
    /// The sum of the magnitudes of all paths that end here, wherever they begin.
    anywhere: f64,
}

impl Bounds {
    /// The bounds at a point, for arithmetic with the machine epsilon `ε = 2u`. Cost: as `n` evaluations.
    pub fn at(program: &Program, point: &[f64], epsilon: f64) -> Self {
        let values = program.values(point);
        let known = (0..program.inputs).map(|input| Known::of_input(input, program.inputs)).collect();
        let mut run = Run { inputs: program.inputs, epsilon, readers: readers(program), known, lost: 0.0 };
        for (step, &value) in program.steps.iter().zip(&values[program.inputs..]) {
            let known = run.step(step, &arguments(step, &values), value);
            run.known.push(known);
        }
        run.finish(program)
    }
}

impl Known {
    fn of_input(input: usize, inputs: usize) -> Self {
        let none = vec![0.0; inputs];
        let mut paths = none.clone();
        paths[input] = 1.0;
        Self { paths, order: none.clone(), truth: none, ..Self::default() }
    }
}

struct Run {
    inputs: usize,
    epsilon: f64,
    readers: Vec<usize>,
    known: Vec<Known>,
    /// The error by underflow.
    lost: f64,
}

impl Run {
    fn step(&mut self, step: &Step, args: &[f64], value: f64) -> Known {
        let none = vec![0.0; self.inputs];
        let backward = ULPS * self.epsilon;
        let mut y = Known { paths: none.clone(), order: none.clone(), truth: none, ..Known::default() };
        let error = |i: usize| self.known[step.operands()[i]].error + backward * args[i].abs();
        let steady = step.keeps_piece(args, error);
        let (moved, wobble) = moves(step, args, value, error);
        let underflow = underflow(self.epsilon);
        y.error = moved + backward * value.abs() + if args.is_empty() { 0.0 } else { underflow };
        for (i, (&operand, slope)) in step.operands().iter().zip(step.slopes(args)).enumerate() {
            let x = &self.known[operand];
            let size = slope.abs();
            let count = (1 + args.len() + self.readers[operand]) as f64;
            let rounding = count * self.epsilon / 2.0 * size;
            let wrong = if steady { wobble[i] + backward * size + rounding } else { f64::INFINITY };
            // Nothing flows to a side that is not chosen or to a number that counts as constant, whatever comes.
            if size == 0.0 && steady && (matches!(step, Step::Branch(_)) || step.detaches()) {
                continue;
            }
            for j in (0..self.inputs).filter(|&j| x.paths[j] != 0.0) {
                y.paths[j] += size * x.paths[j];
                y.order[j] += size * x.order[j] + rounding * x.paths[j];
                y.truth[j] += size * x.truth[j] + wrong * x.paths[j];
                self.lost += count * underflow * x.paths[j];
            }
            if size.is_finite() {
                y.anywhere += size * (1.0 + x.anywhere);
            }
        }
        y
    }

    fn finish(self, program: &Program) -> Bounds {
        let seeds = (self.inputs + program.outputs.len() + 2) as f64 * self.epsilon / 2.0;
        let rows = program.outputs.iter().map(|&output| &self.known[output]);
        let (mut order, mut truth, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows.clone() {
            for j in 0..self.inputs {
                let extra = seeds * row.paths[j] + self.lost * (1.0 + row.anywhere);
                paths.push(row.paths[j]);
                order.push(row.order[j] + extra);
                truth.push(row.truth[j] + extra);
            }
        }
        // Written so that NaN counts, too.
        let overflow = !self.known.iter().all(|known| known.anywhere <= OVERFLOW);
        Bounds { value: rows.map(|row| row.error).collect(), paths, order, truth, overflow }
    }
}

/// How often each value is read, as an output too.
fn readers(program: &Program) -> Vec<usize> {
    let mut readers = vec![0; program.inputs + program.steps.len()];
    let operands = program.steps.iter().flat_map(Step::operands);
    operands.chain(&program.outputs).for_each(|&value| readers[value] += 1);
    readers
}

/// By how much the value and each partial move, summed over the operands, each moved up or down by its error.
fn moves(step: &Step, args: &[f64], value: f64, error: impl Fn(usize) -> f64) -> (f64, Vec<f64>) {
    let here = step.slopes(args);
    let (mut of_value, mut of_slopes) = (0.0, vec![0.0; here.len()]);
    for k in 0..args.len() {
        let at = |sign: f64| {
            let mut moved = args.to_vec();
            moved[k] += sign * error(k);
            (step.value(&moved), step.slopes(&moved))
        };
        let ((above, up), (below, down)) = (at(1.0), at(-1.0));
        of_value += worse(above - value, below - value);
        for (i, total) in of_slopes.iter_mut().enumerate() {
            *total += worse(up[i] - here[i], down[i] - here[i]);
        }
    }
    (of_value, of_slopes)
}

/// The larger magnitude; infinite if one is NaN, outside of a domain.
fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::INFINITY } else { a.abs().max(b.abs()) }
}

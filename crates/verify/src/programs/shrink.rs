//! `shrink`: the smallest program found that still fails.

use super::{Program, Step};

/// A smaller program that still fails, with its point: no output, step, operand or input can go any more, one at a time.
///
/// `fails` is asked about a program and a point; the given program fails. Cost: at worst quadratically many calls in
/// the number of steps; mostly far fewer, since the shortest beginning of the program that fails is found first.
pub fn shrink(
    program: &Program,
    point: &[f64],
    mut fails: impl FnMut(&Program, &[f64]) -> bool,
) -> (Program, Vec<f64>) {
    let (mut program, mut point) = (program.clone(), point.to_vec());
    loop {
        let mut smaller =
            candidates(&program, &point).into_iter().map(|(program, point)| without_dead(&program, &point));
        let better =
            |(candidate, values): &(Program, Vec<f64>)| size(candidate) < size(&program) && fails(candidate, values);
        match smaller.find(better) {
            Some(found) => (program, point) = found,
            None => return (program, point),
        }
    }
}

/// What gets smaller from step to step: the number of steps, of active ones, of operands, outputs and inputs.
fn size(program: &Program) -> (usize, usize, usize) {
    let active = program.steps.iter().filter(|step| !matches!(step, Step::Constant(_))).count();
    let operands: usize = program.steps.iter().map(|step| step.operands().len()).sum();
    (active, program.steps.len(), operands + program.outputs.len() + program.inputs)
}

/// Everything that is one cut away: an earlier output, a step as a new input, a constant or one of its operands, an operand
/// less.
fn candidates(program: &Program, point: &[f64]) -> Vec<(Program, Vec<f64>)> {
    let mut found = Vec::new();
    let mut keep = |candidate: Program| found.push((candidate, point.to_vec()));
    for &output in &program.outputs {
        if program.outputs.len() > 1 {
            keep(Program { outputs: vec![output], ..program.clone() });
        }
    }
    let values = program.values(point);
    // The shortest beginning of the program that fails comes first.
    for output in program.inputs..program.outputs.first().copied().unwrap_or_default() {
        keep(Program { outputs: vec![output], ..program.clone() });
    }
    for (position, step) in program.steps.iter().enumerate() {
        let own = program.inputs + position;
        for &operand in step.operands() {
            keep(redirected(program, own, operand));
        }
        if !matches!(step, Step::Constant(_)) {
            let mut constant = program.clone();
            constant.steps[position] = Step::Constant(values[own]);
            keep(constant);
        }
    }
    found.extend(
        program.steps.iter().enumerate().filter_map(|(position, _)| as_input(program, point, &values, position)),
    );
    found
}

/// Whoever reads `value` reads `instead`.
fn redirected(program: &Program, value: usize, instead: usize) -> Program {
    let mut changed = program.clone();
    let operands = changed.steps.iter_mut().flat_map(Step::operands_mut);
    operands.chain(&mut changed.outputs).filter(|operand| **operand == value).for_each(|operand| *operand = instead);
    changed
}

/// A step becomes the last input, at the value that it has.
fn as_input(program: &Program, point: &[f64], values: &[f64], position: usize) -> Option<(Program, Vec<f64>)> {
    if matches!(program.steps[position], Step::Constant(_)) {
        return None;
    }
    let (inputs, own) = (program.inputs, program.inputs + position);
    let place = |value: usize| match value {
        value if value == own => inputs,
        value if (inputs..own).contains(&value) => value + 1,
        value => value,
    };
    let mut changed = program.clone();
    changed.steps.remove(position);
    changed.inputs += 1;
    let operands = changed.steps.iter_mut().flat_map(Step::operands_mut);
    operands.chain(&mut changed.outputs).for_each(|operand| *operand = place(*operand));
    Some((changed, [point, &[values[own]]].concat()))
}

/// The same function without steps and inputs that no output depends on; one input stays.
fn without_dead(program: &Program, point: &[f64]) -> (Program, Vec<f64>) {
    let mut live = vec![false; program.inputs + program.steps.len()];
    program.outputs.iter().for_each(|&output| live[output] = true);
    for (position, step) in program.steps.iter().enumerate().rev() {
        if live[program.inputs + position] {
            step.operands().iter().for_each(|&operand| live[operand] = true);
        }
    }
    if !live[..program.inputs].contains(&true) {
        live[0] = true;
    }
    let place = |value: usize| live[..value].iter().filter(|&&live| live).count();
    let mut steps: Vec<Step> = program.steps.clone();
    steps.iter_mut().flat_map(Step::operands_mut).for_each(|operand| *operand = place(*operand));
    let mut at = program.inputs..;
    steps.retain(|_| at.next().is_some_and(|value| live[value]));
    let mut at = 0..;
    let mut point = point.to_vec();
    point.retain(|_| at.next().is_some_and(|value: usize| live[value]));
    let outputs = program.outputs.iter().map(|&output| place(output)).collect();
    (Program { inputs: place(program.inputs), steps, outputs }, point)
}

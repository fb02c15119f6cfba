//! Long loops on all threads give the bits of one thread, on any number of threads, interpreted and as native code.

use anygrad_core::{Differentiable, Error, Scalar, loops};
use anygrad_graph::{Engine, Interpreter, Parallel, Program};
use anygrad_jit::Cranelift;
use rayon::ThreadPoolBuilder;

/// A loss with every kind of rows: data, chunks and overlapping windows of the inputs, captured inputs, and the values of
/// another long loop; after it some more code.
struct Loss {
    rows: usize,
    t: Vec<f64>,
}

impl Loss {
    fn new(rows: usize) -> Self {
        Self { rows, t: (0..2 * rows).map(|i| (i as f64 * 0.37).sin()).collect() }
    }

    fn point(&self) -> Vec<f64> {
        (0..self.rows + 4).map(|i| (i as f64 * 0.71).cos()).collect()
    }
}

impl Differentiable for Loss {
    type Input = Vec<f64>;
    type Output = Vec<f64>;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> Vec<S> {
        let (weights, rest) = x.split_at(3);
        let bias = (weights[2] * 0.5).tanh();
        let heights = loops::map((loops::data_rows(&self.t, 2), loops::windows(rest, 2)), |(t, pair): (&[S], &[S])| {
            (weights[0] * t[0] + weights[1] * t[1] + bias).sigmoid() + pair[0] * pair[1] * pair[1]
        });
        let sum = loops::sum((loops::each(&heights), loops::windows(rest, 2)), |(height, pair): (S, &[S])| {
            // Rows of two kinds.
            if height > S::zero() { height.sqrt() * pair[0] } else { height * height - pair[1] }
        });
        vec![sum * bias, sum + heights[self.rows / 2], weights[1]]
    }
}

/// What an engine makes of a program.
fn run<E: Engine>(engine: &E, program: &Program<f64>, x: &[f64]) -> Result<Vec<f64>, Error> {
    let mut code = engine.prepare(program)?;
    let mut out = vec![f64::NAN; program.outputs()];
    // What an earlier run has left behind does not matter.
    let _ = E::run(&mut code, &[&vec![0.25; x.len()]], &mut out);
    E::run(&mut code, &[x], &mut out)?;
    Ok(out)
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() -> Result<(), Error> {
    for rows in [1, 1024, 1025, 2048, 3000] {
        let loss = Loss::new(rows);
        let x = loss.point();
        let program = Program::record(&loss, &x)?;
        let direction = vec![0.5; x.len()];
        let programs = [
            (program.clone(), x.clone()),
            (program.pullback()?, [&x[..], &[1.0, -0.5, 2.0]].concat()),
            (program.pushforward()?, [&x[..], &direction].concat()),
        ];
        for (k, (program, x)) in programs.iter().enumerate() {
            let expected = program.evaluate(x)?;
            assert_eq!(bits(&run(&Interpreter, program, x)?), bits(&expected));
            for threads in [1, 2, 3, 8] {
                let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of some threads");
                pool.install(|| {
                    let found = run(&Parallel::new(Interpreter), program, x)?;
                    assert_eq!(bits(&found), bits(&expected), "replay of {k}, {rows} rows, {threads} threads");
                    let found = run(&Parallel::new(Cranelift), program, x)?;
                    assert_eq!(bits(&found), bits(&expected), "native {k}, {rows} rows, {threads} threads");
                    Ok::<(), Error>(())
                })?;
            }
        }
    }
    Ok(())
}

#[test]
fn the_first_row_that_fails_is_the_error() -> Result<(), Error> {
    struct Roots;
    impl Differentiable for Roots {
        type Input = Vec<f64>;
        type Output = f64;

        fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
            loops::sum(loops::each(x), |x: S| if x > S::zero() { x.sqrt() } else { -x })
        }
    }
    let program = Program::record(&Roots, &vec![1.0; 5000])?;
    let mut x = vec![4.0; 5000];
    (x[1500], x[4000], x[4999]) = (-3.0, -5.0, -7.0);
    let expected = run(&Interpreter, &program, &x);
    assert!(matches!(&expected, Err(Error::BranchChanged { test, .. }) if test.contains("-3")), "{expected:?}");
    assert_eq!(run(&Parallel::new(Interpreter), &program, &x), expected);
    assert_eq!(run(&Parallel::new(Cranelift), &program, &x), expected);
    Ok(())
}

#[test]
fn lengths_are_checked() -> Result<(), Error> {
    let loss = Loss::new(2000);
    let program = Program::record(&loss, &loss.point())?;
    let expected = Error::DimensionMismatch { what: "inputs", expected: 2004, found: 2003 };
    let mut code = Parallel::new(Interpreter).prepare(&program)?;
    assert_eq!(Parallel::<Interpreter>::run(&mut code, &[&[0.5; 2003]], &mut [0.0; 3]), Err(expected));
    let expected = Error::DimensionMismatch { what: "outputs", expected: 3, found: 2 };
    assert_eq!(Parallel::<Interpreter>::run(&mut code, &[&[0.5; 2004]], &mut [0.0; 2]), Err(expected));
    Ok(())
}

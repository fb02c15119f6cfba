//! What the trait derives from one primitive, on two backends that know the matrix of a linear function.

use anygrad_core::{Backend, Dense, Differentiable, Error, In, Leaf, Mode, Out, Scalar, Tree};

/// `y = A·x` with `A = [[1, 2, 3], [4, 5, 6]]`.
struct Linear;

const A: [[f64; 3]; 2] = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];

impl Differentiable for Linear {
    type Input = Vec<f64>;
    type Output = (f64, f64);

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> (S, S) {
        let [first, second] = A.map(|row| x.iter().zip(row).map(|(&x, a)| x * a).sum());
        (first, second)
    }
}

/// One output of [`Linear`], as a function with one output.
struct Second;

impl Differentiable for Second {
    type Input = Vec<f64>;
    type Output = f64;

    fn call<S: Scalar<Real = f64>>(&self, x: &Vec<S>) -> S {
        Linear.call::<S>(x).1
    }
}

/// Of a linear function, `J·dx = f(dx)`.
#[derive(Clone)]
struct Pusher;

impl Backend for Pusher {
    const MODE: Mode = Mode::Pushforward;

    fn name(&self) -> &'static str {
        "pusher"
    }

    fn pushforward<F, T>(&mut self, f: &F, x: &In<F, T>, dx: &In<F, T>) -> Result<(Out<F, T>, Out<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        F::Input::check_shape::<T, T>("tangent", x, dx)?;
        Ok((f.call::<T>(x), f.call::<T>(dx)))
    }
}

/// Of a linear function, `bxⱼ = Σᵢ byᵢ·fᵢ(eⱼ)`.
#[derive(Clone)]
struct Puller;

impl Backend for Puller {
    const MODE: Mode = Mode::Pullback;

    fn name(&self) -> &'static str {
        "puller"
    }

    fn pullback<F, T>(&mut self, f: &F, x: &In<F, T>, by: &Out<F, T>) -> Result<(Out<F, T>, In<F, T>), Error>
    where
        F: Differentiable,
        T: Scalar<Real = Leaf<F>>,
    {
        let y = f.call::<T>(x);
        let mut columns = Vec::new();
        for j in 0..F::Input::count::<T>(x) {
            let column = f.call::<T>(&anygrad_core::unit::<F::Input, T, T>(x, j));
            let mut sum = T::zero();
            F::Output::zip::<T, T>(by, &column, &mut |by, entry| sum += by * entry).map_err(|bad| bad.of("seed"))?;
            columns.push(sum);
        }
        Ok((y, F::Input::refill::<T, T>(x, &mut columns.into_iter())?))
    }
}

fn derives_the_rest<B: Backend>(mut backend: B) {
    let x = vec![1.0, 0.0, -1.0];
    let (y, jacobian) = backend.value_and_jacobian(&Linear, &x).unwrap();
    assert_eq!((y, jacobian.shape()), ((-2.0, -2.0), (2, 3)));
    assert_eq!(jacobian.as_slice(), A.as_flattened());
    assert_eq!(backend.directional(&Linear, &x, &vec![1.0, 1.0, 0.0]), Ok((3.0, 9.0)));
    assert_eq!(backend.pullback::<_, f64>(&Linear, &x, &(1.0, 10.0)), Ok(((-2.0, -2.0), vec![41.0, 52.0, 63.0])));
    assert_eq!(backend.value_and_gradient(&Second, &x), Ok((-2.0, A[1].to_vec())));
    assert_eq!(backend.gradient(&Second, &x), Ok(A[1].to_vec()));
    let mut gradient = vec![0.0; 3];
    assert_eq!(backend.value_and_gradient_into(&Second, &x, &mut gradient), Ok(-2.0));
    assert_eq!(gradient, A[1]);
    assert_eq!(backend.gradient(&Linear, &x), Err(Error::NotScalar { outputs: 2 }));
    assert_eq!(backend.hessian(&Linear, &x), Err(Error::NotScalar { outputs: 2 }));
    assert_eq!(backend.jacobian(&Second, &vec![]), Ok(Dense::zeros(1, 0)));
    assert_eq!(backend.gradient(&Second, &vec![]), Ok(vec![]));
    let short = vec![1.0];
    let mismatch = |what| Error::DimensionMismatch { what, expected: 3, found: 1 };
    assert_eq!(backend.directional(&Linear, &x, &short), Err(mismatch("tangent")));
    assert_eq!(backend.hvp(&Second, &x, &short), Err(mismatch("vector")));
}

#[test]
fn a_pushforward_is_enough() {
    derives_the_rest(Pusher);
}

#[test]
fn a_pullback_is_enough() {
    derives_the_rest(Puller);
}

#[test]
fn a_seed_of_the_wrong_shape_is_an_error() {
    struct Repeat;
    impl Differentiable for Repeat {
        type Input = f64;
        type Output = Vec<f64>;
        fn call<S: Scalar<Real = f64>>(&self, x: &S) -> Vec<S> {
            vec![*x; 2]
        }
    }
    let error = Pusher.pullback::<_, f64>(&Repeat, &1.0, &vec![1.0; 3]).unwrap_err();
    assert_eq!(error, Error::DimensionMismatch { what: "seed", expected: 2, found: 3 });
}

//! Newton's method on Rosenbrock's valley: the Hessian doubles the digits in every step.

use anygrad::prelude::*;

/// `(1 − x)² + 100·(y − x²)²`, lowest at `(1, 1)` (Rosenbrock 1960).
#[differentiable]
fn rosenbrock<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    (S::one() - x).powi(2) + (y - x * x).powi(2) * 100.0
}

fn main() -> Result<(), Error> {
    let (mut point, mut backend) = ([-1.2, 1.0], Auto::new());
    let mut errors = vec![];
    println!("step          x                   y              f          distance to (1, 1)");
    for step in 0.. {
        let error = f64::norm(&[point[0] - 1.0, point[1] - 1.0]);
        println!("{step:4} {:20.16}{:20.16} {:11.2e} {error:14.1e}", point[0], point[1], rosenbrock(&point));
        errors.push(error);
        if error == 0.0 || step == 10 {
            break;
        }
        // x ← x − H⁻¹·∇f, with the inverse of a 2×2 matrix written out.
        let [g0, g1] = backend.gradient(&Rosenbrock, &point)?;
        let h = backend.hessian(&Rosenbrock, &point)?;
        let determinant = h[(0, 0)] * h[(1, 1)] - h[(0, 1)] * h[(1, 0)];
        point[0] -= (h[(1, 1)] * g0 - h[(0, 1)] * g1) / determinant;
        point[1] -= (h[(0, 0)] * g1 - h[(1, 0)] * g0) / determinant;
    }
    // The Hessian of the start, by hand: 2 − 400y + 1200x², −400x, 200.
    let h = backend.hessian(&Rosenbrock, &[-1.2, 1.0])?;
    for (entry, expected) in h.as_slice().iter().zip([1330.0, 480.0, 480.0, 200.0]) {
        assert!((entry - expected).abs() < 1e-12 * expected);
    }
    assert!(point.iter().all(|x| (x - 1.0).abs() < 1e-14), "{point:?}");
    // Quadratic near the end: the next error is about the square of this one, times a constant.
    let near = errors.windows(2).filter(|pair| pair[0] < 0.1 && pair[0] > 1e-7);
    for pair in near {
        println!("{:8.1e} → {:8.1e}: {:.3} times its square", pair[0], pair[1], pair[1] / (pair[0] * pair[0]));
        assert!(pair[1] < 10.0 * pair[0] * pair[0]);
    }
    Ok(())
}

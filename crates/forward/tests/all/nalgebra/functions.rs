//! Functions of matrices and rotations, what a single number does, and the order of nested numbers.

use anygrad_core::Scalar;
use anygrad_forward::Dual;
use approx::{abs_diff_eq, relative_eq, ulps_eq};
use nalgebra::{
    ComplexField, DMatrix, Matrix2, RealField, Rotation3, Schur, Unit, UnitQuaternion, Vector2, Vector3, try_convert,
};

use super::support::{D, assert_close, directions, primals, scrambled, seeded, tangents};

/// The directional derivative of `exp` at `A` along `E` is the upper right block of `exp [A E; 0 A]` (Mathias 1996).
#[test]
fn exp_of_a_matrix() {
    let n = 4;
    for scale in [0.1, 1.0, 10.0] {
        let (a, da) = (scrambled(n, n, 3) * scale, directions(n, n));
        let found = seeded(&a, &da).exp();
        assert_eq!(primals(&found), a.exp());
        for (lane, da) in da.iter().enumerate() {
            let mut block = DMatrix::zeros(2 * n, 2 * n);
            block.view_mut((0, 0), (n, n)).copy_from(&a);
            block.view_mut((n, n), (n, n)).copy_from(&a);
            block.view_mut((0, n), (n, n)).copy_from(da);
            let expected = block.exp().view((0, n), (n, n)).into_owned();
            assert_close(&tangents(&found, lane), &expected, 1e-12 * expected.amax().max(1.0));
        }
    }
}

/// The eigenvalues of a companion matrix are the roots of its polynomial: `(x − r₀)(x − r₁)(x − r₂)`.
#[test]
fn eigenvalues_of_a_companion_matrix() {
    let roots: [D; 3] = std::array::from_fn(|i| D::variable([3.0, -1.0, 0.5][i], i));
    let [a, b, c] = roots;
    let (zero, one) = (D::from(0.0), D::from(1.0));
    let coefficients = [a + b + c, -(a * b + b * c + c * a), a * b * c];
    let companion =
        nalgebra::Matrix3::from_rows(&[coefficients.into(), [one, zero, zero].into(), [zero, one, zero].into()]);
    let found = Schur::new(companion).eigenvalues().expect("all roots are real");
    for (i, root) in roots.iter().enumerate() {
        let value = found.iter().find(|value| (value.primal - root.primal).abs() < 1e-12).expect("every root is found");
        for lane in 0..3 {
            let expected = if lane == i { 1.0 } else { 0.0 };
            assert!((value.tangent(lane) - expected).abs() < 1e-12, "{value:?}");
        }
    }
}

/// `d/dθ R(θ)·v = n × R(θ)·v` for a rotation about `n`.
#[test]
fn rotations() {
    let axis = Unit::new_normalize(Vector3::new(1.0, 2.0, -2.0));
    let v = Vector3::new(0.5, -1.0, 2.0);
    let rotated = Rotation3::from_axis_angle(&axis, 0.7) * v;
    let expected = axis.cross(&rotated);
    let (axis, angle) = (Unit::new_unchecked(axis.map(D::from)), D::variable(0.7, 0));
    let by_matrix = Rotation3::from_axis_angle(&axis, angle) * v.map(D::from);
    let by_quaternion = UnitQuaternion::from_scaled_axis(axis.into_inner() * angle) * v.map(D::from);
    for i in 0..3 {
        for found in [by_matrix[i], by_quaternion[i]] {
            assert!((found.primal - rotated[i]).abs() < 1e-15);
            assert!((found.tangent(0) - expected[i]).abs() < 1e-14);
        }
    }
}

/// `A(t)·x = b` with `Ä = 0` gives `ẋ = −A⁻¹·Ȧ·x` and `ẍ = −2·A⁻¹·Ȧ·ẋ`.
#[test]
fn second_derivatives() {
    type Second = Dual<Dual<f64, 1>, 1>;
    let t = Second::variable(Dual::variable(1.0, 0), 0);
    let [one, two, three, four] = [1.0, 2.0, 3.0, 4.0].map(|c| Second::from(Dual::from(c)));
    let x = Matrix2::new(four, t, t, three).lu().solve(&Vector2::new(one, two)).expect("det A = 11");
    let (inverse, change) = (Matrix2::new(3.0, -1.0, -1.0, 4.0) / 11.0, Matrix2::new(0.0, 1.0, 1.0, 0.0));
    let first = -inverse * change * inverse * Vector2::new(1.0, 2.0);
    let second = -inverse * change * first * 2.0;
    for i in 0..2 {
        assert!((x[i].tangent(0).primal - first[i]).abs() < 1e-15);
        assert!((x[i].tangent(0).tangent(0) - second[i]).abs() < 1e-15);
    }
}

/// `d ln det A = tr(A⁻¹·Ȧ)`, in single precision: `A = diag(2, 5)`, `Ȧ` = all ones, `½ + ⅕`.
#[test]
fn single_precision() {
    let t = Dual::<f32, 1>::variable(0.0, 0);
    let a = Matrix2::new(t + 2.0, t, t, t + 5.0);
    let found = ComplexField::ln(a.determinant());
    assert!((found.tangent(0) - 0.7).abs() <= f32::EPSILON);
}

/// The functions of the traits are those of the gates: `f(x)` and `f′(x)` at 0.3.
#[test]
fn functions_of_a_number() {
    let x = D::variable(0.3, 0);
    let (s, c) = (0.3_f64.sin(), 0.3_f64.cos());
    assert_eq!((ComplexField::sin(x).primal, ComplexField::sin(x).tangent(0)), (s, c));
    assert!((ComplexField::powi(x, 3).tangent(0) - 0.27).abs() < 1e-16);
    assert_eq!(ComplexField::to_exp(-x).0.tangent(0), 1.0);
    assert_eq!(ComplexField::modulus_squared(x).tangent(0), 0.6);
    assert_eq!(RealField::max(x, D::from(1.0)).tangent(0), 0.0);
    assert_eq!(RealField::clamp(x, D::from(0.0), D::from(1.0)).tangent(0), 1.0);
    assert!((RealField::atan2(x, D::from(1.0)).tangent(0) - 1.0 / 1.09).abs() < 1e-16);
    assert_eq!(ComplexField::try_sqrt(-x), None);
    assert_eq!(D::two_pi().primal, std::f64::consts::TAU);
}

/// A float is a constant, and a number as a float is its primal.
#[test]
fn conversions() {
    assert_eq!(try_convert::<D, f64>(D::variable(2.0, 0)), Some(2.0));
    assert_eq!(try_convert::<D, f32>(D::variable(2.0, 0)), Some(2.0));
    let two = nalgebra::convert::<f64, D>(2.0);
    assert!(two.is_constant() && two.primal == 2.0);
}

#[test]
fn approximate_equality_looks_at_primals() {
    let (one, next) = (D::variable(1.0, 0), D::from(1.0 + f64::EPSILON));
    assert!(abs_diff_eq!(one, next) && relative_eq!(one, next));
    assert!(ulps_eq!(one, next, epsilon = D::from(0.0), max_ulps = 1));
    let later = D::from(1.0 + 3.0 * f64::EPSILON);
    assert!(!ulps_eq!(one, later, epsilon = D::from(0.0), max_ulps = 2));
    assert!(!abs_diff_eq!(one, later) && relative_eq!(one, later, max_relative = D::from(1e-12)));
    let (one, later) = (Dual::<f32, 1>::from(1.0), Dual::<f32, 1>::from(1.0 + 3.0 * f32::EPSILON));
    assert!(ulps_eq!(one, later, epsilon = Dual::from(0.0), max_ulps = 3));
    assert!(!ulps_eq!(one, later, epsilon = Dual::from(0.0), max_ulps = 2));
}

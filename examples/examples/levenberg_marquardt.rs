//! A curve through measurements, by the levenberg-marquardt crate: the residuals are an ordinary function, and a backend
//! brings their Jacobian.
//!
//! The data are Misra1a of NIST's Statistical Reference Datasets (public domain): dental research on adsorption, with
//! parameters that NIST has certified to eleven digits.

use anygrad::adapters::levenberg_marquardt::Residuals;
use anygrad::prelude::*;
use levenberg_marquardt::LevenbergMarquardt;

/// Volume at pressure.
const DATA: [(f64, f64); 14] = [
    (10.07, 77.6),
    (14.73, 114.9),
    (17.94, 141.1),
    (23.93, 190.8),
    (29.61, 239.9),
    (35.18, 289.0),
    (40.02, 332.8),
    (44.82, 378.4),
    (50.76, 434.8),
    (55.05, 477.3),
    (61.01, 536.8),
    (66.40, 593.1),
    (75.47, 689.1),
    (81.78, 760.0),
];

/// The two points that NIST has solvers start from: a far one and a near one.
const STARTS: [[f64; 2]; 2] = [[500.0, 0.0001], [250.0, 0.0005]];

/// Certified: parameters, their standard deviations, and the sum of squares.
const PARAMETERS: [f64; 2] = [238.942_129_18, 5.501_564_318_1e-4];
const DEVIATIONS: [f64; 2] = [2.707_007_524_1, 7.266_868_843_6e-6];
const SUM_OF_SQUARES: f64 = 0.124_551_388_94;

/// `b₁·(1 − exp(−b₂·pressure)) − volume`, of every measurement.
#[differentiable]
fn misra1a<S: Scalar<Real = f64>>(&[b1, b2]: &[S; 2]) -> [S; 14] {
    DATA.map(|(volume, pressure)| b1 * (-(b2 * -pressure).exp() + 1.0) - volume)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut found = STARTS[0];
    for start in STARTS {
        let report;
        (found, report) = Residuals::new(Misra1a, Forward::new(), start).minimize(&LevenbergMarquardt::new())?;
        println!("from {start:?}: {} evaluations, {:?}", report.number_of_evaluations, report.termination);
        check("b1", found[0], PARAMETERS[0]);
        check("b2", found[1], PARAMETERS[1]);
        check("sum of squares", 2.0 * report.objective_function, SUM_OF_SQUARES);
    }
    let deviations = deviations(&found)?;
    println!("standard deviations");
    check("of b1", deviations[0], DEVIATIONS[0]);
    check("of b2", deviations[1], DEVIATIONS[1]);
    Ok(())
}

/// `√(s²·(JᵀJ)⁻¹ᵢᵢ)` with `s²` = sum of squares/(measurements − parameters): the same Jacobian once more.
fn deviations(b: &[f64; 2]) -> Result<[f64; 2], Error> {
    let (residuals, jacobian) = Forward::new().value_and_jacobian(&Misra1a, b)?;
    let columns = [0, 1].map(|j| residuals.iter().enumerate().map(|(i, _)| jacobian[(i, j)]).collect::<Vec<_>>());
    let [p, q, r] = [(0, 0), (0, 1), (1, 1)].map(|(i, j)| f64::dot(&columns[i], &columns[j]));
    let variance = f64::dot(&residuals, &residuals) / (residuals.len() - b.len()) as f64;
    Ok([r, p].map(|entry| (variance * entry / (p * r - q * q)).sqrt()))
}

/// Prints a number beside the certified one, and holds it to eight digits.
fn check(name: &str, found: f64, certified: f64) {
    let digits = -((found / certified - 1.0).abs().log10());
    println!("  {name:14} {found:<18.10e} certified {certified:<18.10e} {digits:4.1} digits");
    assert!(digits > 8.0, "{name}: {found} instead of {certified}");
}

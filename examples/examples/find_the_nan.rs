//! Where was the NaN born? `Checked` around any backend names the gate, its arguments and the line of the program.

use anygrad::prelude::*;
use anygrad::{Checked, Stage};

/// A model of a decaying signal, `yᵢ = a·e⁻ᵏᵗ`, and its mean squared error on a logarithmic scale.
#[derive(Debug, Tree)]
struct Model<S> {
    amplitude: S,
    rate: S,
}

const FIRST_LINE: u32 = line!();

#[differentiable]
fn loss<S: Scalar<Real = f64>>(model: &Model<S>, data: &[(f64, f64)]) -> S {
    let mut total = S::zero();
    for &(t, y) in data {
        let predicted = model.amplitude * (-model.rate * t).exp();
        let residual = predicted.ln() - y.ln();
        total += residual * residual;
    }
    (total / data.len() as f64).sqrt()
}

fn main() -> Result<(), Error> {
    let data = [(0.0, 2.0), (1.0, 1.2), (2.0, 0.7)];
    let loss = Loss { data: &data };
    let healthy = Model { amplitude: 1.9, rate: 0.5 };
    println!("at a healthy point: {:?}", Checked(Reverse::new()).gradient(&loss, &healthy)?);

    println!("\nwith a negative amplitude");
    let lost = Model { amplitude: -1.0, rate: 0.0 };
    let gradient = Reverse::new().gradient(&loss, &lost)?;
    println!("   plain:   {gradient:?}");
    assert!(gradient.amplitude.is_nan() && gradient.rate.is_nan());
    find(Checked(Reverse::new()), &loss, &lost, ["ln", "-1.0"], 7)?;
    find(Checked(Forward::new()), &loss, &lost, ["ln", "-1.0"], 7)?;

    println!("\nwhere the model fits its only sample, so that √ has no derivative");
    let sample = [(0.0, 2.0)];
    let (loss, fitting) = (Loss { data: &sample }, Model { amplitude: 2.0, rate: 0.5 });
    println!("   plain:   {:?}", Reverse::new().gradient(&loss, &fitting)?);
    find(Checked(Reverse::new()), &loss, &fitting, ["sqrt", "0.0"], 10)?;

    println!("\nwith an input that is NaN already");
    let error = Checked(Reverse::new()).gradient(&loss, &Model { amplitude: 2.0, rate: f64::NAN });
    println!("   checked: {}", error.as_ref().map_or_else(Error::to_string, |gradient| format!("{gradient:?}")));
    assert_eq!(error.err(), Some(Error::NonFiniteInput { index: 1 }));
    Ok(())
}

/// Prints what the checked path found, and asserts that it is this gate at this argument, on this line below [`FIRST_LINE`].
fn find<B: Backend>(
    mut checked: Checked<B>,
    loss: &Loss<'_>,
    at: &Model<f64>,
    expected: [&str; 2],
    below: u32,
) -> Result<(), Error> {
    let Err(error) = checked.gradient(loss, at) else { panic!("expected an error") };
    println!("   checked: {error}");
    let (born, gate, at, location) = match error {
        Error::NonFinite { gate, stage: Stage::Value, value, at, location } => (value.to_string(), gate, at, location),
        Error::SingularPoint { gate, partial, at, location } => (format!("partial {partial}"), gate, at, location),
        other => return Err(other),
    };
    let location = location.expect("a line of this program");
    println!("   {}: {born} born at {}:{} in {gate}({at})", checked.name(), location.file(), location.line());
    assert_eq!([gate, at.as_str()], expected);
    assert_eq!((location.file(), location.line()), (file!(), FIRST_LINE + below));
    Ok(())
}

//! Where was the NaN born? `Checked` around any backend names the gate, its arguments, the line of the program, and the
//! derivatives that it reaches.

use anygrad::prelude::*;
use anygrad::{Checked, Stage};

/// A model of a decaying signal, `yᵢ = a·e⁻ᵏᵗ`, and its mean squared error on a logarithmic scale.
#[derive(Debug, Tree)]
struct Model<S> {
    amplitude: S,
    rate: S,
}

/// The model's numbers in the order of their places in a gradient.
const NAMES: [&str; 2] = ["amplitude", "rate"];

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
    find(Checked(Reverse::new()), &loss, &lost, ["ln", "-1.0"], 7, &NAMES)?;
    find(Checked(Forward::new()), &loss, &lost, ["ln", "-1.0"], 7, &NAMES)?;

    println!("\nwhere the model fits its only sample, so that √ has no derivative");
    let sample = [(0.0, 2.0)];
    let (loss, fitting) = (Loss { data: &sample }, Model { amplitude: 2.0, rate: 0.5 });
    println!("   plain:   {:?}", Reverse::new().gradient(&loss, &fitting)?);
    find(Checked(Reverse::new()), &loss, &fitting, ["sqrt", "0.0"], 10, &NAMES)?;

    println!("\nwith an input that is NaN already");
    let error = Checked(Reverse::new()).gradient(&loss, &Model { amplitude: 2.0, rate: f64::NAN });
    println!("   checked: {}", error.as_ref().map_or_else(Error::to_string, |gradient| format!("{gradient:?}")));
    assert_eq!(error.err(), Some(Error::NonFiniteInput { index: 1 }));
    Ok(())
}

/// Prints what the checked path found, and asserts that it is this gate at this argument, on this line below [`FIRST_LINE`],
/// and that it reaches the derivatives by these numbers.
fn find<B: Backend>(
    mut checked: Checked<B>,
    loss: &Loss<'_>,
    at: &Model<f64>,
    expected: [&str; 2],
    below: u32,
    spoilt: &[&str],
) -> Result<(), Error> {
    let Err(error) = checked.gradient(loss, at) else { panic!("expected an error") };
    println!("   checked: {error}");
    let (born, gate, at, location, reaches) = match error {
        Error::NonFinite { gate, stage: Stage::Value, value, at, location, reaches } => {
            (value.to_string(), gate, at, location, reaches)
        }
        Error::SingularPoint { gate, partial, at, location, reaches } => {
            (format!("partial {partial}"), gate, at, location, reaches)
        }
        other => return Err(other),
    };
    let reaches: Vec<&str> = reaches.into_iter().map(|index| NAMES[index]).collect();
    let location = location.expect("a line of this program");
    let (name, file, line, derivatives) = (checked.name(), location.file(), location.line(), reaches.join(", ∂"));
    println!("   {name}: {born} born at {file}:{line} in {gate}({at}), reaches ∂{derivatives}");
    assert_eq!([gate, at.as_str()], expected);
    assert_eq!(reaches, spoilt);
    assert_eq!((location.file(), location.line()), (file!(), FIRST_LINE + below));
    Ok(())
}

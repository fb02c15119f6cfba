//! Parameters in safetensors files.

use anygrad::linalg::{Images, Matrix, Vector};
use anygrad::{Scalar, Tree};
use anygrad_nn::layers::Dense;
use anygrad_nn::saved::{Error, from_bytes, load, save, to_bytes};

/// A structure of every kind of part.
#[derive(Clone, Debug, PartialEq, Tree)]
struct Network<S: Scalar<Real = f32>> {
    layers: Vec<Dense<S>>,
    pair: (S, Vector<S>),
    r#type: Images<S>,
}

fn network() -> Network<f32> {
    let dense = |n: usize| Dense {
        weights: Matrix::from_fn(n, 2, |i, j| (i as f32 - j as f32) / 3.0),
        bias: Vector::new([f32::MIN_POSITIVE, -0.0]),
    };
    Network {
        layers: vec![dense(3), dense(0)],
        pair: (0.1, Vector::new([f32::INFINITY])),
        r#type: Images::from_fn(1, 2, [2, 3], |_, n, i, j| (6 * n + 3 * i + j) as f32),
    }
}

#[test]
fn what_was_saved_is_loaded() -> Result<(), Error> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("network.safetensors");
    save(&network(), &path)?;
    let blank = Network::<f32>::map(&network(), &mut |_: f32| f32::NAN);
    assert_eq!(load(&blank, &path)?, network());
    // One number by itself, and the state of an optimiser: trees as well.
    assert_eq!(from_bytes(&0.0, &to_bytes(&1.5_f64)?)?, 1.5);
    let moments = (network(), network());
    assert_eq!(from_bytes(&moments, &to_bytes(&moments)?)?, moments);
    Ok(())
}

/// The form is that of the format's page: the length of a header, the header in JSON, the numbers.
#[test]
fn names_are_those_of_the_fields() -> Result<(), Error> {
    let bytes = to_bytes(&network())?;
    let len = usize::try_from(u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"))).expect("a short header");
    let header = std::str::from_utf8(&bytes[8..8 + len]).expect("text");
    for (name, shape) in [
        ("layers.0.weights", "[3,2]"),
        ("layers.0.bias", "[2]"),
        ("layers.1.weights", "[0,2]"),
        ("pair.0", "[]"),
        ("pair.1", "[1]"),
        ("type", "[1,2,3,2]"),
    ] {
        assert!(header.contains(&format!("\"{name}\":{{\"dtype\":\"F32\",\"shape\":{shape},")), "{name} in {header}");
    }
    assert_eq!(bytes.len() - 8 - len, 4 * Network::<f32>::count(&network()));
    Ok(())
}

#[test]
fn what_does_not_fit_is_an_error() -> Result<(), Error> {
    fn reads<T: std::fmt::Debug>(result: Result<T, Error>, expected: &str) {
        assert_eq!(result.expect_err("parameters that do not fit").to_string(), expected);
    }
    let bytes = to_bytes(&network())?;
    let mut other = network();
    other.layers[0].weights = Matrix::zeros(2, 3);
    reads(from_bytes(&other, &bytes), "layers.0.weights: expected the shape [2, 3], found [3, 2]");
    other.layers.push(network().layers[0].clone());
    other.layers[0] = network().layers[0].clone();
    reads(from_bytes(&other, &bytes), "expected an array `layers.2.weights`, found none of that name");
    other.layers.truncate(1);
    reads(from_bytes(&other, &bytes), "expected arrays of the parameters alone, found `layers.1.bias`");
    reads(from_bytes(&0.0_f32, &to_bytes(&0.0_f64)?), "parameters: expected numbers of type F32, found F64");
    let missing = load(&0.0, "no such directory/parameters").unwrap_err();
    assert!(matches!(missing, Error::File { .. }) && missing.to_string().starts_with("no such directory/parameters: "));
    Ok(())
}

/// A file that was cut off anywhere, or has any bit of its header flipped, is an error or other numbers, never a panic.
#[test]
fn a_broken_file_is_an_error() -> Result<(), Error> {
    let bytes = to_bytes(&network())?;
    for len in 0..bytes.len() {
        assert!(matches!(from_bytes(&network(), &bytes[..len]), Err(Error::Format(_))), "{len} bytes");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(from_bytes(&network(), &longer), Err(Error::Format(_))));
    let header = bytes.len() - 4 * Network::<f32>::count(&network());
    for bit in 0..8 * header {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(loaded) = from_bytes(&network(), &flipped) {
            assert_eq!(Network::<f32>::count(&loaded), Network::<f32>::count(&network()));
        }
    }
    Ok(())
}

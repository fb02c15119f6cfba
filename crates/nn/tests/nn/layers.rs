//! Layers against closed forms, and a network against finite differences.

use anygrad::linalg::{Images, Matrix, Statistics, Vector, Window};
use anygrad::{Backend, Differentiable, Error, Finite, Reverse, Scalar, Tree, differentiable};
use anygrad_nn::Initial;
use anygrad_nn::layers::{
    Convolution, Dense, Normalisation, convolution, dense, dropout, dropout_mask, normalise, normalise_by,
    normalise_channels, normalise_channels_by,
};
use rand::{SeedableRng, rngs::StdRng};

fn rng() -> StdRng {
    StdRng::seed_from_u64(5)
}

/// Everything that a network may have.
#[derive(Clone, Debug, Tree)]
struct Network<S: Scalar<Real = f64>> {
    filters: Convolution<S>,
    channels: Normalisation<S>,
    hidden: Dense<S>,
    features: Normalisation<S>,
    output: Dense<S>,
}

#[differentiable]
fn loss<S: Scalar<Real = f64>>(
    network: &Network<S>,
    x: &Images<f64>,
    mask: &Matrix<f64>,
    labels: &[usize],
) -> Result<S, Error> {
    let maps = convolution(&network.filters, &Images::constant(x), Window::of([2, 2]).padded([1, 0]))?;
    let maps = normalise_channels(&network.channels, &maps)?.0.gelu().max_pool(Window::tile([2, 1]))?;
    let hidden = normalise(&network.features, &dense(&network.hidden, &maps.to_rows())?)?.0.tanh();
    dense(&network.output, &dropout(&hidden, mask)?)?.cross_entropy(labels)
}

#[test]
fn the_gradient_of_a_network_agrees_with_finite_differences() -> Result<(), Error> {
    let rng = &mut rng();
    let network = Network {
        filters: Convolution::new(1, 2, [2, 2], Initial::HeUniform, rng),
        channels: Normalisation::new(2),
        hidden: Dense::new(8, 3, Initial::GlorotUniform, rng),
        features: Normalisation::new(3),
        output: Dense::new(3, 2, Initial::GlorotNormal, rng),
    };
    let x = Images::from_fn(1, 4, [3, 3], |_, n, i, j| ((9 * n + 3 * i + j) as f64 * 1.7).sin());
    let mask = dropout_mask(4, 3, 0.3, rng)?;
    let loss = Loss::new(&x, &mask, &[0, 1, 1, 0]);
    let exact = Network::<f64>::flatten(&Reverse::new().gradient(&loss, &network)?);
    let (_, estimate, bound) = Finite::default().gradient_with_error(&loss, &network)?;
    let [estimate, bound] = [estimate, bound].map(|of| Network::<f64>::flatten(&of));
    assert_eq!(exact.len(), Network::<f64>::count(&network));
    for (i, exact) in exact.iter().enumerate() {
        assert!(
            (exact - estimate[i]).abs() <= bound[i] && bound[i] < 1e-8,
            "{i}: {exact}, {} ± {}",
            estimate[i],
            bound[i]
        );
    }
    Ok(())
}

/// With two classes and logits `z` and 0, the loss of the first is `ln(1 + e⁻ᶻ)`, also where `e⁻ᶻ` overflows.
#[test]
fn the_loss_of_two_classes_is_softplus() -> Result<(), Error> {
    for z in [-1000.0, -3.0, 0.0, 0.5, 40.0_f64] {
        let found = Matrix::from_rows([[z, 0.0]]).cross_entropy(&[0])?;
        let expected = (-z).max(0.0) + (-z.abs()).exp().ln_1p();
        assert!((found - expected).abs() <= 1e-15 * expected.max(1.0), "{z}: {found} and {expected}");
    }
    // The mean over the batch.
    let pair = Matrix::from_rows([[2.0, 0.0], [0.0, 3.0]]).cross_entropy(&[0, 0])?;
    let expected: f64 = 0.5 * ((-2.0_f64).exp().ln_1p() + 3.0_f64.exp().ln_1p());
    assert!((pair - expected).abs() < 1e-15);
    Ok(())
}

/// `(x − μ)/√(σ² + 10⁻⁵)`, times the scale, plus the shift.
#[test]
fn normalisation_is_its_formula() -> Result<(), Error> {
    let layer = Normalisation { scale: Vector::new([2.0, 1.0]), shift: Vector::new([0.5, -1.0]) };
    let x = Matrix::from_rows([[1.0, 10.0], [2.0, 10.0], [6.0, 10.0]]);
    let deviation = ((4.0 + 1.0 + 9.0) / 3.0 + 1e-5_f64).sqrt();
    let expected = [-2.0, -1.0, 3.0].map(|x| 2.0 * x / deviation + 0.5);
    let (y, statistics) = normalise(&layer, &x)?;
    for (row, expected) in expected.iter().enumerate() {
        assert!((y.get(row, 0)? - expected).abs() < 1e-14);
        assert_eq!(y.get(row, 1)?, -1.0);
    }
    assert_eq!(statistics.mean.to_vec(), [3.0, 10.0]);
    assert_eq!(normalise_by(&layer, &x, &statistics)?, y);
    let kept = normalise_by(&layer, &x, &Statistics::standard(2))?.get(2, 0)?;
    assert!((kept - (12.0 / (1.0 + 1e-5_f64).sqrt() + 0.5)).abs() < 1e-13);
    // The same features as channels of images of one pixel.
    let images = Images::from_rows(&x, 2, [1, 1])?;
    assert_eq!(normalise_channels(&layer, &images)?.0.to_rows(), y);
    assert_eq!(normalise_channels_by(&layer, &images, &statistics)?.to_rows(), y);
    Ok(())
}

/// Mean 1 within four standard deviations `√(p/(1 − p)/n)`, and no values but 0 and `1/(1 − p)`.
#[test]
fn dropout_keeps_the_mean() -> Result<(), Error> {
    let p = 0.2_f64;
    let mask = dropout_mask::<f64>(200, 100, p, &mut rng())?;
    assert!(mask.iter().all(|kept| kept == 0.0 || kept == 1.25));
    assert!((mask.mean() - 1.0).abs() < 4.0 * (p / (1.0 - p) / 20_000.0).sqrt());
    let x = Matrix::from_fn(200, 100, |_, _| 2.0);
    assert_eq!(dropout(&x, &mask)?, mask.scale(2.0));
    assert_eq!(dropout_mask::<f64>(3, 3, 0.0, &mut rng())?.to_vec(), [1.0; 9]);
    for p in [1.0, -0.1, f64::NAN] {
        assert!(matches!(dropout_mask::<f64>(1, 1, p, &mut rng()), Err(Error::InvalidConfig { .. })));
    }
    Ok(())
}

/// Mean and variance within four standard deviations: `√(σ²/n)`, and at most `√(2/n)·σ²`.
#[test]
fn weights_begin_with_their_variance() {
    let (inputs, outputs) = (50, 30);
    let cases = [
        (Initial::GlorotUniform, 2.0 / 80.0),
        (Initial::GlorotNormal, 2.0 / 80.0),
        (Initial::HeUniform, 2.0 / 50.0),
        (Initial::HeNormal, 2.0 / 50.0),
        (Initial::Uniform { limit: 3.0 }, 3.0),
        (Initial::Normal { deviation: 2.0 }, 4.0),
    ];
    for (initial, variance) in cases {
        let weights = initial.matrix::<f64>((200, 100), (inputs, outputs), &mut rng());
        let n = 20_000.0_f64;
        let (mean, square) = (weights.mean(), weights.square().mean());
        assert!(mean.abs() < 4.0 * (variance / n).sqrt(), "{initial:?}: {mean}");
        assert!((square - variance).abs() < 4.0 * (2.0 / n).sqrt() * variance, "{initial:?}: {square}");
        let most = weights.abs().max();
        let is_normal = matches!(initial, Initial::GlorotNormal | Initial::HeNormal | Initial::Normal { .. });
        assert_eq!(most > (3.0 * variance).sqrt(), is_normal, "{initial:?}: {most}");
    }
}

#[test]
fn shapes_are_checked() {
    let layer = Dense::<f64>::new(2, 3, Initial::HeUniform, &mut rng());
    let error = dense(&layer, &Matrix::zeros(1, 3)).unwrap_err().to_string();
    assert_eq!(error, "matmul: expected as many columns on the left as rows on the right, found 1×3 and 2×3");
    let loss = Loss::new(&Images::from_fn(1, 1, [3, 3], |_, _, _, _| 0.0), &Matrix::zeros(1, 1), &[0]).try_call::<f64>(
        &Network {
            filters: Convolution::new(2, 1, [2, 2], Initial::HeUniform, &mut rng()),
            channels: Normalisation::new(1),
            hidden: layer.clone(),
            features: Normalisation::new(1),
            output: layer,
        },
    );
    assert_eq!(loss.unwrap_err().to_string(), "convolve: expected filters of 4 numbers, found 1×8");
}

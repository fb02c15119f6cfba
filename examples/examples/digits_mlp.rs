//! Handwritten digits by dense layers, with batch normalisation and without: the same network, seeds and steps, and both losses in one
//! picture. Other thirds to hold out give from 97.3 to 99.3 % after 30 epochs.
//!
//! `cargo run --release -p anygrad-examples --example digits_mlp -- DIRECTORY` writes its pictures there.

use std::error::Error;
use std::path::Path;

use anygrad::linalg::{Matrix, Statistics};
use anygrad::nn::layers::{Dense, Normalisation, dense, normalise, normalise_by};
use anygrad::nn::{Initial, Momentum, Optimiser, Schedule, Shuffler, accuracy, classes};
use anygrad::{Backend, Real, Reverse, Scalar, Tree, differentiable};
use anygrad_examples::data::{self, Samples};
use anygrad_examples::pictures::{self, Curve};
use anygrad_examples::progress;
use indicatif::ProgressBar;
use rand::{SeedableRng, rngs::StdRng};

/// `f64` trains as well.
type Float = f32;

const EPOCHS: usize = 20;
const BATCH: usize = 32;
const WIDTHS: [usize; 3] = [64, 128, 64];

/// Hidden layers, each with a batch normalisation or without, and the output layer.
#[derive(Clone, Debug, Tree)]
struct Network<S: Scalar<Real = Float>> {
    hidden: Vec<(Dense<S>, Option<Normalisation<S>>)>,
    output: Dense<S>,
}

/// The logits, and the statistics of each batch normalisation: those that are kept, if there are any, otherwise those of the batch.
fn logits<S: Scalar<Real = Float>>(
    network: &Network<S>,
    x: &Matrix<Float>,
    kept: Option<&[Statistics<Float>]>,
) -> Result<(Matrix<S>, Vec<Statistics<S>>), anygrad::Error> {
    let (mut x, mut found) = (Matrix::constant(x), Vec::new());
    for (layer, normalisation) in &network.hidden {
        x = dense(layer, &x)?;
        if let Some(normalisation) = normalisation {
            let statistics;
            (x, statistics) = match kept.and_then(|kept| kept.get(found.len())) {
                None => normalise(normalisation, &x)?,
                Some(kept) => {
                    let kept = Statistics::constant(kept);
                    (normalise_by(normalisation, &x, &kept)?, kept)
                }
            };
            found.push(statistics);
        }
        x = x.relu();
    }
    Ok((dense(&network.output, &x)?, found))
}

/// The mean cross-entropy of a batch, and the statistics of its normalisations.
#[differentiable]
fn loss<S: Scalar<Real = Float>>(
    network: &Network<S>,
    x: &Matrix<Float>,
    labels: &[usize],
) -> Result<(S, Vec<Statistics<S>>), anygrad::Error> {
    let (logits, statistics) = logits(network, x, None)?;
    Ok((logits.cross_entropy(labels)?, statistics))
}

/// A network after its training.
struct Trained {
    network: Network<Float>,
    /// What to normalise by.
    kept: Vec<Statistics<Float>>,
    /// The mean loss of each epoch.
    losses: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (training, held_out) = data::digits::<Float>()?.split(2)?;
    println!("{} digits to train with, {} held out", training.len(), held_out.len());
    let bar = progress::bar(2 * EPOCHS);
    let trained = [train(&training, false, &bar)?, train(&training, true, &bar)?];
    bar.finish_and_clear();
    let names = ["without batch normalisation", "with batch normalisation"];
    let mut found = Vec::new();
    for (Trained { network, kept, losses }, name) in trained.iter().zip(names) {
        let logits = logits(network, &held_out.features, Some(kept))?.0;
        let right = accuracy(&logits, &held_out.labels)?;
        println!("{name}:");
        println!("   loss after the first epoch {:.4}, after the last {:.4}", losses[0], losses[EPOCHS - 1]);
        println!("   right of those held out: {:.2} %", 100.0 * right);
        assert!(right >= 0.97, "{name}: expected at least 97 % of the digits that were held out, found {right}");
        found = classes(&logits);
    }
    assert!(trained[1].losses[4] < trained[0].losses[4], "normalised layers learn faster at first");
    let curves = trained.into_iter().zip(names).map(|(Trained { losses: values, .. }, name)| Curve { name, values });
    draw(&progress::directory()?, &held_out, &found, &curves.collect::<Vec<_>>())
}

fn train(samples: &Samples<Float>, normalised: bool, bar: &ProgressBar) -> Result<Trained, Box<dyn Error>> {
    let rng = &mut StdRng::seed_from_u64(2);
    let hidden = WIDTHS.windows(2).map(|widths| {
        let layer = Dense::new(widths[0], widths[1], Initial::HeUniform, rng);
        (layer, normalised.then(|| Normalisation::new(widths[1])))
    });
    let mut network =
        Network { hidden: hidden.collect(), output: Dense::new(WIDTHS[2], 10, Initial::GlorotUniform, rng) };
    let mut kept: Vec<_> =
        WIDTHS[1..].iter().filter(|_| normalised).map(|&width| Statistics::standard(width)).collect();
    let steps = EPOCHS * samples.len().div_ceil(BATCH);
    let mut momentum = Momentum::new(0.1, 0.9).with_schedule(Schedule::Cosine { steps });
    let (mut reverse, mut shuffler) = (Reverse::new(), Shuffler::new(samples.len(), 3));
    let mut losses = Vec::new();
    for _ in 0..EPOCHS {
        let mut total = 0.0;
        for batch in shuffler.epoch(BATCH) {
            let batch = samples.select(&batch)?;
            // The loss counts once, the statistics beside it not at all.
            let nothing = <Vec<Statistics<Float>>>::map(&kept, &mut |_: Float| 0.0);
            let loss = Loss::new(&batch.features, &batch.labels);
            let ((value, statistics), gradient) = reverse.pullback(&loss, &network, &(1.0, nothing))?;
            momentum.step(&mut network, &gradient)?;
            for (kept, statistics) in kept.iter_mut().zip(&statistics) {
                *kept = kept.moved(statistics, batch.len(), Float::narrow(0.1))?;
            }
            total += f64::from(value) * batch.len() as f64;
        }
        losses.push(total / samples.len() as f64);
        bar.set_message(format!("loss {:.4}", total / samples.len() as f64));
        bar.inc(1);
    }
    Ok(Trained { network, kept, losses })
}

/// Both losses, and digits: those that the normalised network gets wrong first, then others.
fn draw(
    directory: &Path,
    held_out: &Samples<Float>,
    found: &[usize],
    curves: &[Curve<'_>],
) -> Result<(), Box<dyn Error>> {
    let title = "Digits by dense layers: mean loss of each epoch";
    pictures::curves(&directory.join("digits_mlp_loss.svg"), title, "cross-entropy", curves)?;
    pictures::predictions(&directory.join("digits_mlp_predictions.svg"), held_out, found)?;
    println!("pictures in {}", directory.display());
    Ok(())
}

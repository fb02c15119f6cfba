//! Recording once: which path a function takes is guarded, each path is recorded when it is first taken, and no replay
//! gives the number of another path.

use anygrad::graph::{Interpreter, OnBranch, Settings};
use anygrad::prelude::*;
use anygrad::{Fixed, Replay, loops};

const FIRST_LINE: u32 = line!();

/// Huber's loss of a residual: a parabola near 0, straight lines beyond (Huber 1964).
fn bent<S: Scalar<Real = f64>>(residual: S) -> S {
    if residual.abs() <= S::one() { residual * residual * 0.5 } else { residual.abs() - 0.5 }
}

/// That of a point off the parabola `y = x²`.
#[differentiable]
fn huber<S: Scalar<Real = f64>>(&[x, y]: &[S; 2]) -> S {
    bent(y - x * x)
}

/// The mean of those of points off a line.
#[differentiable]
fn robust_line<S: Scalar<Real = f64>>(&[slope, intercept]: &[S; 2], x: &[f64], y: &[f64]) -> S {
    let rows = (loops::data(x), loops::data(y));
    loops::sum(rows, |(x, y): (S, S)| bent(slope * x + intercept - y)) / x.len() as f64
}

/// A point where the loss is a parabola, one where it is a line, and so on.
const WALK: [[f64; 2]; 6] = [[1.0, 1.5], [1.0, 4.0], [0.5, 0.75], [2.0, 0.0], [1.5, 2.0], [0.0, 3.0]];

fn main() -> Result<(), Error> {
    back_and_forth()?;
    one_path_kept()?;
    refused()?;
    with_data()
}

fn back_and_forth() -> Result<(), Error> {
    println!("1  A branch: each side is recorded when it is first taken, and kept");
    let mut replay = Replay::default();
    for (point, recordings) in WALK.into_iter().zip([1, 2, 2, 2, 2, 2]) {
        step(&mut replay, point)?;
        assert_eq!(replay.recordings(), recordings);
    }
    Ok(())
}

/// The gradient by replay, which is that of reverse mode.
fn step(replay: &mut Replay, point: [f64; 2]) -> Result<(), Error> {
    let gradient = replay.gradient(&Huber, &point)?;
    println!("   at {point:?}: gradient {gradient:?}, recordings {}", replay.recordings());
    assert_eq!(gradient, Reverse::new().gradient(&Huber, &point)?);
    Ok(())
}

fn one_path_kept() -> Result<(), Error> {
    println!("\n2  With room for one path, every flip records again; the answers are the same");
    let settings = Settings { paths: 1, ..Settings::default() };
    let mut replay = Replay::with(Interpreter, settings);
    WALK.into_iter().try_for_each(|point| step(&mut replay, point))?;
    assert_eq!(replay.recordings(), 6);
    Ok(())
}

fn refused() -> Result<(), Error> {
    println!("\n3  Or no other path is taken than the first: then the replay says which comparison came out otherwise");
    let settings = Settings { on_branch: OnBranch::Refuse, ..Settings::default() };
    let mut replay = Replay::with(Interpreter, settings);
    replay.gradient(&Huber, &WALK[0])?;
    let Err(error) = replay.gradient(&Huber, &WALK[1]) else { panic!("expected an error") };
    println!("   {error}");
    let Error::BranchChanged { place: Some(place), .. } = error else {
        panic!("expected a changed branch, found {error}")
    };
    assert!(place.ends_with(&format!("record_once.rs:{}", FIRST_LINE + 4)), "{place}");
    assert_eq!(replay.recordings(), 1);
    Ok(())
}

fn with_data() -> Result<(), Error> {
    println!("\n4  A function with data might have changed since the last call, so it is recorded at every call");
    let x: Vec<f64> = (0..200).map(|i| f64::from(i) / 100.0 - 1.0).collect();
    let y: Vec<f64> = x.iter().enumerate().map(|(i, x)| 2.0 * x + 1.0 + if i % 50 == 7 { 20.0 } else { 0.0 }).collect();
    let line = RobustLine { x: &x, y: &y };
    let mut replay = Replay::default();
    for _ in 0..3 {
        replay.gradient(&line, &[0.0, 0.0])?;
    }
    println!("   3 gradients, {} recordings", replay.recordings());
    assert_eq!(replay.recordings(), 3);

    println!(
        "   unless it is `Fixed`, which says that it has not: gradient descent, with four points far off the line"
    );
    let (line, mut replay, mut reverse) = (Fixed::new(line), Replay::default(), Reverse::new());
    let mut at = [0.0, 0.0];
    for step in 0..=200 {
        let gradient = replay.gradient(&line, &at)?;
        let by_tape = reverse.gradient(&line, &at)?;
        assert!(gradient.iter().zip(by_tape).all(|(a, b)| (a - b).abs() < 1e-14), "{gradient:?}, {by_tape:?}");
        if step % 50 == 0 {
            println!(
                "   step {step:3}: slope {:.4}, intercept {:.4}, recordings {}",
                at[0],
                at[1],
                replay.recordings()
            );
        }
        at = [at[0] - gradient[0], at[1] - gradient[1]];
    }
    assert!((at[0] - 2.0).abs() < 0.1 && (at[1] - 1.0).abs() < 0.1, "{at:?}");
    assert_eq!(replay.recordings(), 1);
    Ok(())
}

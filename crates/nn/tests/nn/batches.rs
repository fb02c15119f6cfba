//! Mini-batches.

use anygrad::linalg::Matrix;
use anygrad_nn::{Shuffler, accuracy};

#[test]
fn an_epoch_deals_each_sample_once() {
    for (samples, size) in [(10, 3), (10, 10), (7, 20), (1, 1), (0, 4), (5, 0)] {
        let mut shuffler = Shuffler::new(samples, 3);
        for _ in 0..3 {
            let batches: Vec<Vec<usize>> = shuffler.epoch(size).collect();
            assert!(batches.iter().all(|batch| !batch.is_empty() && batch.len() <= size.max(1)));
            assert!(batches.iter().rev().skip(1).all(|batch| batch.len() == size.max(1)));
            let mut dealt = batches.concat();
            dealt.sort_unstable();
            assert_eq!(dealt, (0..samples).collect::<Vec<_>>());
        }
    }
}

#[test]
fn the_seed_makes_the_order() {
    let epochs = |seed| {
        let mut shuffler = Shuffler::new(100, seed);
        [(); 2].map(|()| shuffler.epoch(100).flatten().collect::<Vec<_>>())
    };
    let [first, second] = epochs(1);
    assert_ne!(first, second);
    assert_ne!(first, (0..100).collect::<Vec<_>>());
    assert_eq!([first.clone(), second], epochs(1));
    assert_ne!(first, epochs(2)[0]);
}

#[test]
fn accuracy_counts_what_is_right() {
    let logits = Matrix::from_rows([[1.0, 2.0], [2.0, 1.0], [0.0, 0.0], [-3.0, -2.0]]);
    assert_eq!(accuracy(&logits, &[1, 0, 1, 1]), Ok(0.75));
    let error = accuracy(&logits, &[1]).unwrap_err().to_string();
    assert_eq!(error, "labels: expected length 4, found 1");
}

//! What rewrites programs or makes them ready to run, on programs that bytes spell: those that the fuzzer starts from, and
//! random ones.

mod agree;
mod draft;
mod flow;
mod spell;

use std::fs;
use std::path::Path;

use agree::examine;
use anygrad_verify::programs::SplitMix64;

/// The bytes of a random program.
fn random(index: u64) -> Vec<u8> {
    let mut random = SplitMix64::new(index);
    (0..64 + 4 * (index as usize % 64)).map(|_| (random.bits() >> 56) as u8).collect()
}

/// The programs that the fuzzer starts from.
#[test]
fn the_seeds_of_the_fuzzer_keep_their_meaning() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/optimiser");
    let files = fs::read_dir(&folder).expect("the seeds are there");
    let files: Vec<_> = files.map(|entry| fs::read(entry.expect("it can be read").path()).expect("a file")).collect();
    assert!((10..=60).contains(&files.len()), "{} files", files.len());
    files.iter().for_each(|bytes| examine(bytes));
}

#[test]
fn random_programs_keep_their_meaning() {
    (0..RANDOM).for_each(|index| examine(&random(index)));
}

const RANDOM: u64 = if cfg!(debug_assertions) { 100 } else { 2000 };

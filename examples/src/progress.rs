//! A bar on a terminal, and where the pictures go.

use std::path::PathBuf;
use std::{env, fs, io};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for so many epochs, which shows what it is told; nothing where there is no terminal.
pub fn bar(epochs: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(epochs as u64).with_style(style)
}

/// The directory for pictures: the first argument, or `pictures` in the target directory that the example was built in.
///
/// # Errors
/// If it cannot be made.
pub fn directory() -> io::Result<PathBuf> {
    let directory = match env::args_os().nth(1) {
        Some(given) => PathBuf::from(given),
        // The program is `target/<profile>/examples/<name>`.
        None => env::current_exe()?.ancestors().nth(3).map_or_else(env::temp_dir, |target| target.join("pictures")),
    };
    fs::create_dir_all(&directory)?;
    Ok(directory)
}

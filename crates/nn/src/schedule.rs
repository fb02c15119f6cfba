//! `Schedule`: how the learning rate changes from step to step.

/// The factor that the learning rate is multiplied with at a step, counted from 0.
///
/// ```
/// use anygrad_nn::Schedule;
///
/// assert_eq!(Schedule::Halve { every: 10 }.factor(25), 0.25);
/// assert_eq!(Schedule::Cosine { steps: 100 }.factor(50), 0.5);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Schedule {
    /// 1.
    #[default]
    Constant,
    /// Half as much after every so many steps.
    Halve {
        /// The steps between.
        every: usize,
    },
    /// `decayᵗ` at step `t`.
    Exponential {
        /// The factor from one step to the next.
        decay: f64,
    },
    /// `½·(1 + cos(π·t/n))` at step `t` of `n`, and 0 from there on (Loshchilov & Hutter 2017, without restarts).
    Cosine {
        /// The number of steps, `n`.
        steps: usize,
    },
}

impl Schedule {
    /// The factor at a step.
    pub fn factor(self, step: usize) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Halve { every } => 0.5_f64.powi(i32::try_from(step / every.max(1)).unwrap_or(i32::MAX)),
            Self::Exponential { decay } => decay.powf(step as f64),
            Self::Cosine { steps } if step >= steps => 0.0,
            Self::Cosine { steps } => 0.5 * (1.0 + (std::f64::consts::PI * step as f64 / steps as f64).cos()),
        }
    }
}

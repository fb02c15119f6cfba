//! Value and derivatives to second order of the gates of two arguments, inside their test intervals.

/// `[y, ∂a, ∂b, ∂aa, ∂ab, ∂bb]` of a row; `None` for a row that has no closed form here.
pub(super) fn closed_form(name: &str, a: f64, b: f64) -> Option<[f64; 6]> {
    arithmetic(name, a, b)
        .or_else(|| powers(name, a, b))
        .or_else(|| geometry(name, a, b))
        .or_else(|| choices(name, a, b))
}

fn arithmetic(name: &str, a: f64, b: f64) -> Option<[f64; 6]> {
    Some(match name {
        "add" => [a + b, 1.0, 1.0, 0.0, 0.0, 0.0],
        "sub" => [a - b, 1.0, -1.0, 0.0, 0.0, 0.0],
        "mul" => [a * b, b, a, 0.0, 1.0, 0.0],
        "div" => [a / b, 1.0 / b, -a / (b * b), 0.0, -1.0 / (b * b), 2.0 * a / (b * b * b)],
        _ => return None,
    })
}

fn powers(name: &str, a: f64, b: f64) -> Option<[f64; 6]> {
    let (la, lb) = (a.ln(), b.ln());
    Some(match name {
        "pow" => {
            // aᵇ = exp(b ln a).
            let y = (b * la).exp();
            [y, b * y / a, y * la, b * (b - 1.0) * y / (a * a), y / a * (1.0 + b * la), y * la * la]
        }
        "log" => [
            la / lb,
            1.0 / (a * lb),
            -la / (b * lb * lb),
            -1.0 / (a * a * lb),
            -1.0 / (a * b * lb * lb),
            la / (b * b * lb * lb) * (1.0 + 2.0 / lb),
        ],
        "xlogy" => [a * lb, lb, a / b, 0.0, 1.0 / b, -a / (b * b)],
        "logaddexp" => {
            let (p, q) = (1.0 / (1.0 + (b - a).exp()), 1.0 / (1.0 + (a - b).exp()));
            [(a.exp() + b.exp()).ln(), p, q, p * q, -p * q, p * q]
        }
        _ => return None,
    })
}

fn geometry(name: &str, a: f64, b: f64) -> Option<[f64; 6]> {
    let square = a * a + b * b;
    let (r, fourth) = (square.sqrt(), square * square);
    Some(match name {
        "hypot" => [r, a / r, b / r, b * b / (r * square), -a * b / (r * square), a * a / (r * square)],
        "atan2" => [
            (a / b).atan(),
            b / square,
            -a / square,
            -2.0 * a * b / fourth,
            (a * a - b * b) / fourth,
            2.0 * a * b / fourth,
        ],
        _ => return None,
    })
}

fn choices(name: &str, a: f64, b: f64) -> Option<[f64; 6]> {
    // In their intervals 0 < a < b, and b < 0 < a for copysign.
    Some(match name {
        "rem" | "min" => [a, 1.0, 0.0, 0.0, 0.0, 0.0],
        "max" => [b, 0.0, 1.0, 0.0, 0.0, 0.0],
        "copysign" => [-a, -1.0, 0.0, 0.0, 0.0, 0.0],
        _ => return None,
    })
}

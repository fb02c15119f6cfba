//! `Report::to_markdown`: a report as tables.

use std::fmt::{self, Display, Write};

use crate::{Check, Operator, Report, Summary, Verdict};

impl Report {
    /// The report as Markdown (GitHub's tables): the counts, the disagreements with the gate where the sides part, the reasons of
    /// the inconclusive checks, and a row for each operator.
    ///
    /// Text from outside is escaped: a name can neither end its cell nor become a tag or a link.
    ///
    /// ```
    /// use anygrad_verify::{Check, Operator, Report, Verdict};
    ///
    /// let check = Check {
    ///     scenario: "a|b".into(),
    ///     operator: Operator::Gradient,
    ///     backend: "forward".into(),
    ///     against: "mine".into(),
    ///     error: 0.5,
    ///     bound: 1e-15,
    ///     verdict: Verdict::Disagree,
    ///     detail: "number 0: 1.0 and 1.5".into(),
    ///     parting: None,
    /// };
    /// let text = Report { checks: vec![check] }.to_markdown();
    /// assert!(text.contains("1 checks: 0 agree, 1 disagree, 0 inconclusive"));
    /// assert!(text.contains(r"| a\|b | gradient | forward | mine | 5.0e-1 | 1.0e-15 | number 0: 1.0 and 1.5 |"));
    /// ```
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write_markdown(&mut text);
        text
    }

    fn write_markdown(&self, text: &mut String) -> fmt::Result {
        writeln!(text, "# Verification\n\n{}", self.summary())?;
        if self.disagreements().next().is_some() {
            writeln!(text, "\n## Disagreements\n")?;
            header(text, ["scenario", "operator", "backend", "against", "error", "bound", "where"])?;
            self.disagreements().try_for_each(|check| disagreement(text, check))?;
        }
        let reasons = self.reasons();
        if !reasons.is_empty() {
            writeln!(text, "\n## Inconclusive\n")?;
            header(text, ["reason", "checks", "the first of them"])?;
            for (reason, count, first) in reasons {
                let Check { scenario, operator, backend, against, .. } = first;
                let first = format!("{scenario} · {operator}: {backend} against {against}");
                row(text, [&escape(reason), &count, &escape(first)])?;
            }
        }
        writeln!(text, "\n## Operators\n")?;
        header(text, ["operator", "agree", "inconclusive", "disagree", "worst error/bound of those that agree"])?;
        Operator::ALL.into_iter().try_for_each(|operator| self.operator(text, operator))
    }

    /// The row of an operator, if it was asked.
    fn operator(&self, text: &mut String, operator: Operator) -> fmt::Result {
        let (mut summary, mut worst) = (Summary::default(), 0.0_f64);
        for check in self.checks.iter().filter(|check| check.operator == operator) {
            summary.count(check);
            if check.verdict == Verdict::Agree {
                worst = worst.max(check.ratio());
            }
        }
        if summary.total() == 0 {
            return Ok(());
        }
        let Summary { agree, disagree, inconclusive } = summary;
        row(text, [&operator, &agree, &inconclusive, &disagree, &format!("{worst:.3}")])
    }
}

fn disagreement(text: &mut String, check: &Check) -> fmt::Result {
    let Check { scenario, operator, backend, against, error, bound, detail, parting, .. } = check;
    let mut place = escape(detail);
    if let Some(parting) = parting {
        let separator = if place.is_empty() { "" } else { "<br>" };
        place = format!("{place}{separator}{}", escape(parting));
    }
    let (error, bound) = (format!("{error:.1e}"), format!("{bound:.1e}"));
    row(text, [&escape(scenario), operator, &escape(backend), &escape(against), &error, &bound, &place])
}

fn header<const N: usize>(text: &mut String, cells: [&str; N]) -> fmt::Result {
    row(text, cells.each_ref().map(|cell| cell as &dyn Display))?;
    row(text, [&"---" as &dyn Display; N])
}

fn row<const N: usize>(text: &mut String, cells: [&dyn Display; N]) -> fmt::Result {
    let cells = cells.map(ToString::to_string);
    writeln!(text, "| {} |", cells.join(" | "))
}

/// Plain text in a cell: no line ends, no markup.
fn escape(text: impl Display) -> String {
    let mut escaped = String::new();
    for character in text.to_string().chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' => escaped.push_str("<br>"),
            '\r' => {}
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '$' => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}

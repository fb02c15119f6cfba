//! `Report::to_junit_xml`: a report for a build server.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::{Check, Report, Verdict};

impl Report {
    /// The report as JUnit XML: a suite for each function at a point, a case for each check.
    ///
    /// A disagreement is a failure: its message has the numbers, its text where the sides part. An inconclusive check is a
    /// skipped case with its reason. Text is escaped; characters that XML does not know are left out.
    ///
    /// ```
    /// use anygrad_verify::{Check, Operator, Report, Verdict};
    ///
    /// let check = Check {
    ///     scenario: "a<b".into(),
    ///     operator: Operator::Gradient,
    ///     backend: "forward".into(),
    ///     against: "mine".into(),
    ///     error: 0.5,
    ///     bound: 1e-15,
    ///     verdict: Verdict::Disagree,
    ///     detail: "number 0: 1.0 and 1.5".into(),
    ///     parting: None,
    /// };
    /// let xml = Report { checks: vec![check] }.to_junit_xml();
    /// assert!(xml.contains(r#"<testsuite name="a&lt;b" tests="1" "#));
    /// assert!(xml.contains(r#"<failure message="number 0: 1.0 and 1.5 (error 5.0e-1, bound 1.0e-15)" type="disagree">"#));
    /// ```
    pub fn to_junit_xml(&self) -> String {
        let mut report = quick_junit::Report::new("anygrad");
        for checks in self.checks.chunk_by(|a, b| a.scenario == b.scenario) {
            let mut suite = TestSuite::new(&checks[0].scenario);
            suite.add_test_cases(checks.iter().map(case));
            report.add_test_suite(suite);
        }
        // Writing to memory does not fail, nor does text whose unfit characters are left out.
        report.to_string().unwrap_or_default()
    }
}

fn case(check: &Check) -> TestCase {
    let Check { scenario, operator, backend, against, error, bound, verdict, detail, .. } = check;
    let status = match verdict {
        Verdict::Agree => TestCaseStatus::success(),
        Verdict::Disagree => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{detail} (error {error:.1e}, bound {bound:.1e})"));
            status.set_type(verdict.name());
            status.set_description(check.to_string());
            status
        }
        Verdict::Inconclusive { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.to_string());
            status.set_type(verdict.name());
            status
        }
    };
    let mut case = TestCase::new(format!("{operator}: {backend} against {against}"), status);
    case.set_classname(scenario);
    case
}

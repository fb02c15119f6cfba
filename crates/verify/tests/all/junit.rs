//! A report as JUnit XML, read back by a parser of XML.

use anygrad_core::{Differentiable, Scalar};
use anygrad_forward::Forward;
use anygrad_verify::self_test::{Fault, Planted};
use anygrad_verify::{Check, ClosedForm, Operator, Reason, Report, Verdict, verify};
use roxmltree::{Document, Node};

/// `x·y`.
struct Product;

impl Differentiable for Product {
    type Input = [f64; 2];
    type Output = f64;
    fn call<S: Scalar<Real = f64>>(&self, &[x, y]: &[S; 2]) -> S {
        x * y
    }
}

const NAME: &str = "<product> & \"friends\" ]]> 'ü'";

fn count(node: Node<'_, '_>, attribute: &str) -> usize {
    node.attribute(attribute).and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no {attribute}"))
}

fn named<'a>(document: &'a Document<'_>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    document.descendants().filter(move |node| node.has_tag_name(name))
}

#[test]
fn a_failing_report_has_failures_with_their_messages() {
    let wrong = Planted { gate: "mul", fault: Fault::Sign };
    let points = [[2.0, 3.0], [-1.0, 0.5]];
    let builder = verify(&Product).named(NAME).at(&points[0]).at(&points[1]).with(Forward::new()).with(wrong);
    let report = builder.run().expect("two sides");
    let xml = report.to_junit_xml();
    let document = Document::parse(&xml).expect("XML");

    let suites: Vec<_> = named(&document, "testsuite").collect();
    let names: Vec<_> = suites.iter().filter_map(|suite| suite.attribute("name")).collect();
    assert_eq!(names, [format!("{NAME}@0"), format!("{NAME}@1")]);
    let summary = report.summary();
    for (attribute, expected) in [("tests", summary.total()), ("failures", summary.disagree), ("errors", 0)] {
        assert_eq!(count(document.root_element(), attribute), expected, "{attribute}");
        assert_eq!(suites.iter().map(|suite| count(*suite, attribute)).sum::<usize>(), expected, "{attribute}");
    }
    assert_eq!(named(&document, "testcase").count(), summary.total());

    let failures: Vec<_> = named(&document, "failure").collect();
    assert!(summary.disagree > 0);
    assert_eq!(failures.len(), summary.disagree);
    for (failure, check) in failures.iter().zip(report.disagreements()) {
        assert!(failure.attribute("message").is_some_and(|message| message.starts_with(&check.detail)));
        assert_eq!(failure.attribute("type"), Some("disagree"));
        assert_eq!(failure.text(), Some(check.to_string().as_str()));
        assert!(failure.text().is_some_and(|text| text.contains("parts at mul(")));
        let case = failure.parent().expect("a case");
        let expected = format!("{}: forward against planted", check.operator);
        assert_eq!(case.attribute("name"), Some(expected.as_str()));
        assert_eq!(case.attribute("classname"), Some(check.scenario.as_str()));
    }
}

#[test]
fn an_agreeing_report_has_none() {
    let by_hand = ClosedForm::default().jacobian(|&[x, y]: &[f64; 2]| vec![y, x]);
    let report = verify(&Product).at(&[2.0, 3.0]).with(Forward::new()).closed_form(&by_hand).run().expect("two sides");
    let xml = report.to_junit_xml();
    let document = Document::parse(&xml).expect("XML");
    assert_eq!(count(document.root_element(), "tests"), report.checks.len());
    assert_eq!(count(document.root_element(), "failures"), 0);
    assert_eq!(named(&document, "failure").count() + named(&document, "skipped").count(), 0);
}

#[test]
fn an_open_check_is_skipped_with_its_reason() {
    let check = |reason| Check {
        scenario: "s".to_owned(),
        operator: Operator::Jacobian,
        backend: "a\u{0}\u{1}b".to_owned(),
        against: "c\nd".to_owned(),
        error: f64::NAN,
        bound: f64::INFINITY,
        verdict: Verdict::Inconclusive { reason },
        detail: String::new(),
        parting: None,
    };
    let reasons = [Reason::Kink, Reason::Noise, Reason::Unsupported("<&\">".to_owned())];
    let report = Report { checks: reasons.clone().map(check).to_vec() };
    let xml = report.to_junit_xml();
    let document = Document::parse(&xml).expect("XML");
    let messages: Vec<_> = named(&document, "skipped").filter_map(|skipped| skipped.attribute("message")).collect();
    assert_eq!(messages, reasons.map(|reason| reason.to_string()));
    // What XML does not know is left out, the rest kept.
    let names: Vec<_> = named(&document, "testcase").filter_map(|case| case.attribute("name")).collect();
    assert!(names.iter().all(|name| name.starts_with("jacobian: ab against c") && name.ends_with('d')), "{names:?}");
}

#[test]
fn an_empty_report_is_xml_too() {
    let xml = Report::default().to_junit_xml();
    assert_eq!(count(Document::parse(&xml).expect("XML").root_element(), "tests"), 0);
}

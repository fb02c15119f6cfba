//! What a report says, as text and as Markdown.

use anygrad_verify::{Check, Operator, Parting, Place, Reason, Report, Side, Site, Verdict};

fn check(scenario: &str, operator: Operator, verdict: Verdict) -> Check {
    let disagree = verdict == Verdict::Disagree;
    Check {
        scenario: scenario.to_owned(),
        operator,
        backend: "forward".to_owned(),
        against: "mine".to_owned(),
        error: 0.25,
        bound: 0.5,
        verdict,
        detail: if disagree { "number 0: 1.0 and 1.25".to_owned() } else { String::new() },
        parting: disagree.then(|| Parting::Gate {
            site: Site { gate: "tanh", at: vec![0.5], place: Place::Value(7) },
            operator: Operator::Gradient,
            sides: [("forward", 1.0), ("mine", 1.25)]
                .map(|(name, number)| Side { name: name.to_owned(), numbers: vec![number] }),
        }),
    }
}

fn report() -> Report {
    let open = |reason| Verdict::Inconclusive { reason };
    Report {
        checks: vec![
            check("a|b<i>", Operator::Gradient, Verdict::Disagree),
            check("c", Operator::Gradient, Verdict::Agree),
            check("d", Operator::Value, open(Reason::Kink)),
            check("e_*`[x](y)", Operator::Value, open(Reason::Unsupported("x: y & z".to_owned()))),
            check("f", Operator::Value, open(Reason::Kink)),
        ],
    }
}

#[test]
fn reasons_are_counted_in_the_order_of_their_first() {
    let report = report();
    let reasons: Vec<_> =
        report.reasons().iter().map(|(why, n, first)| (why.to_string(), *n, &*first.scenario)).collect();
    let expected = [("kink within the step", 2, "d"), ("unsupported: x: y & z", 1, "e_*`[x](y)")];
    assert_eq!(reasons, expected.map(|(why, n, first)| (why.to_owned(), n, first)));
}

#[test]
fn text_says_where_and_why() {
    let text = report().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            "a|b<i> · gradient: forward against mine: disagree (error 2.5e-1, bound 5.0e-1; number 0: 1.0 and 1.25)",
            "    parts at tanh(0.5) at v7: forward 1.0, mine 1.25",
            "d · value: forward against mine: inconclusive (kink within the step)",
            "e_*`[x](y) · value: forward against mine: inconclusive (unsupported: x: y & z)",
            "f · value: forward against mine: inconclusive (kink within the step)",
            "5 checks: 1 agree, 1 disagree, 3 inconclusive",
        ]
    );
}

#[test]
fn markdown_is_three_tables() {
    let expected = r"# Verification

5 checks: 1 agree, 1 disagree, 3 inconclusive

## Disagreements

| scenario | operator | backend | against | error | bound | where |
| --- | --- | --- | --- | --- | --- | --- |
| a\|b&lt;i&gt; | gradient | forward | mine | 2.5e-1 | 5.0e-1 | number 0: 1.0 and 1.25<br>parts at tanh(0.5) at v7: forward 1.0, mine 1.25 |

## Inconclusive

| reason | checks | the first of them |
| --- | --- | --- |
| kink within the step | 2 | d · value: forward against mine |
| unsupported: x: y &amp; z | 1 | e\_\*\`\[x\](y) · value: forward against mine |

## Operators

| operator | agree | inconclusive | disagree | worst error/bound of those that agree |
| --- | --- | --- | --- | --- |
| value | 0 | 3 | 0 | 0.000 |
| gradient | 1 | 0 | 1 | 0.500 |
";
    assert_eq!(report().to_markdown(), expected);
}

#[test]
fn markdown_without_doubt_is_one_table() {
    let report = Report { checks: vec![check("c", Operator::Gradient, Verdict::Agree)] };
    let headings: Vec<String> =
        report.to_markdown().lines().filter(|line| line.starts_with('#')).map(str::to_owned).collect();
    assert_eq!(headings, ["# Verification", "## Operators"]);
}

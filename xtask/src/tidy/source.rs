//! `Source`: a Rust file as tokens of code and lines of comment.

use proc_macro2::{LexError, TokenStream, TokenTree};

/// A Rust file, its code and its comments apart, so that a rule about one is not fooled by the other.
pub(super) struct Source<'a> {
    /// From the root, with `/` between its parts.
    pub(super) path: &'a str,
    /// The code: words, literals, and single characters of punctuation.
    pub(super) tokens: Vec<Token>,
    /// For each line, the code on it.
    code: Vec<String>,
    /// For each line, the text that is no code: comments, doc comments among them.
    comments: Vec<String>,
}

/// A piece of code.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) text: String,
    /// Counted from 1.
    pub(super) line: usize,
}

impl<'a> Source<'a> {
    /// Splits a file.
    ///
    /// # Errors
    /// If the text is not made of Rust tokens.
    pub(super) fn parse(path: &'a str, text: &str) -> Result<Self, LexError> {
        let mut splitter = Splitter { text, tokens: Vec::new(), is_code: vec![false; text.len()] };
        splitter.add_stream(text.parse()?);
        let Splitter { tokens, is_code, .. } = splitter;
        let keep = |wanted: bool| {
            let bytes = text.bytes().zip(&is_code);
            let kept = bytes.map(|(byte, &code)| if byte == b'\n' || code == wanted { byte } else { b' ' }).collect();
            let kept = String::from_utf8(kept).unwrap_or_default();
            kept.lines().map(|line| line.trim().to_owned()).collect()
        };
        Ok(Self { path, tokens, code: keep(true), comments: keep(false) })
    }

    /// How many lines the file has.
    pub(super) fn lines(&self) -> usize {
        self.code.len()
    }

    /// The code on a line.
    pub(super) fn code(&self, line: usize) -> &str {
        &self.code[line - 1]
    }

    /// The comment on a line.
    pub(super) fn comment(&self, line: usize) -> &str {
        &self.comments[line - 1]
    }

    /// The text of a token, empty behind the end.
    pub(super) fn word(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", |token| &token.text)
    }

    /// Whether the tokens from `index` on are these.
    pub(super) fn reads(&self, index: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(offset, word)| self.word(index + offset) == *word)
    }

    /// The index of the bracket that closes the one at `index`.
    pub(super) fn closing(&self, index: usize) -> usize {
        let mut depth = 0;
        for at in index..self.tokens.len() {
            match self.word(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        self.tokens.len()
    }

    /// The index where the unit tests begin, which stand at the end of a file.
    pub(super) fn first_test_token(&self) -> usize {
        let is_test = |&at: &usize| self.reads(at, &["#", "[", "cfg", "(", "test", ")", "]"]);
        (0..self.tokens.len()).find(is_test).unwrap_or(self.tokens.len())
    }
}

/// Walks the token trees of a file.
struct Splitter<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    is_code: Vec<bool>,
}

impl Splitter<'_> {
    fn add_stream(&mut self, stream: TokenStream) {
        for tree in stream {
            // A doc comment comes as the tokens of its attribute, all of which stand where the comment stands.
            let place = &self.text[tree.span().byte_range().start..];
            if place.starts_with("//") || place.starts_with("/*") {
                continue;
            }
            match tree {
                TokenTree::Group(group) => {
                    self.add(group.span_open());
                    self.add_stream(group.stream());
                    self.add(group.span_close());
                }
                tree => self.add(tree.span()),
            }
        }
    }

    fn add(&mut self, span: proc_macro2::Span) {
        let range = span.byte_range();
        self.is_code[range.clone()].fill(true);
        self.tokens.push(Token { text: self.text[range].to_owned(), line: span.start().line });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "//! Inner doc.\n/// Outer doc, `unsafe`.\nfn é<'a>() { // tail\n    let s = \"/* text\"; /* a\n b */ s / 2;\n}\n";

    fn source() -> Source<'static> {
        Source::parse("a.rs", TEXT).expect("these are Rust tokens")
    }

    #[test]
    fn comments_are_not_code_and_strings_are() {
        let source = source();
        assert_eq!(source.comment(1), "//! Inner doc.");
        assert_eq!(source.code(1), "");
        assert_eq!(source.comment(3), "// tail");
        assert_eq!(source.code(4), "let s = \"/* text\";");
        assert_eq!(source.comment(4), "/* a");
        assert_eq!(source.comment(5), "b */");
        assert_eq!(source.code(5), "s / 2;");
        assert_eq!(source.lines(), 6);
    }

    #[test]
    fn tokens_know_their_lines() {
        let source = source();
        let words: Vec<(&str, usize)> = source.tokens.iter().map(|token| (token.text.as_str(), token.line)).collect();
        assert_eq!(words[..4], [("fn", 3), ("é", 3), ("<", 3), ("'", 3)]);
        assert_eq!(words.last(), Some(&("}", 6)));
        assert!(source.reads(0, &["fn", "é"]));
        assert!(!source.reads(words.len() - 1, &["}", "}"]));
    }

    #[test]
    fn a_bracket_finds_its_partner() {
        let source = Source::parse("a.rs", "f(a[1], {b}) c").expect("these are Rust tokens");
        assert_eq!(source.word(source.closing(1) + 1), "c");
    }
}

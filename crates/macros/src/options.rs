//! What stands in the parentheses of the attributes.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Path, Result, Token, parse_quote};

mod keyword {
    syn::custom_keyword!(name);
    syn::custom_keyword!(scalar);
}

/// The crate that exports the traits, unless an option names another.
pub(crate) fn facade() -> Path {
    parse_quote!(::anygrad)
}

/// `crate = path`.
pub(crate) fn parse_crate(input: ParseStream<'_>) -> Result<Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    Path::parse_mod_style(input)
}

/// The options of `#[differentiable(..)]`.
pub(crate) struct FunctionOptions {
    pub(crate) name: Option<Ident>,
    pub(crate) krate: Path,
}

impl Parse for FunctionOptions {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut options = Self { name: None, krate: facade() };
        while !input.is_empty() {
            if input.peek(Token![crate]) {
                options.krate = parse_crate(input)?;
            } else if input.peek(keyword::name) {
                input.parse::<keyword::name>()?;
                input.parse::<Token![=]>()?;
                options.name = Some(input.parse()?);
            } else {
                return Err(input.error("expected `name = TypeName` or `crate = path`"));
            }
            parse_separator(input)?;
        }
        Ok(options)
    }
}

/// The options of `#[tree(..)]`.
pub(crate) struct TreeOptions {
    pub(crate) scalar: Option<Ident>,
    pub(crate) krate: Path,
}

impl TreeOptions {
    /// Reads every `#[tree(..)]` among the attributes of a struct.
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut options = Self { scalar: None, krate: facade() };
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("tree")) {
            attribute.parse_args_with(|input: ParseStream<'_>| options.read(input))?;
        }
        Ok(options)
    }

    fn read(&mut self, input: ParseStream<'_>) -> Result<()> {
        while !input.is_empty() {
            if input.peek(Token![crate]) {
                self.krate = parse_crate(input)?;
            } else if input.peek(keyword::scalar) {
                input.parse::<keyword::scalar>()?;
                input.parse::<Token![=]>()?;
                self.scalar = Some(input.parse()?);
            } else {
                return Err(input.error("expected `scalar = S` or `crate = path`"));
            }
            parse_separator(input)?;
        }
        Ok(())
    }
}

fn parse_separator(input: ParseStream<'_>) -> Result<()> {
    if input.is_empty() { Ok(()) } else { input.parse::<Token![,]>().map(drop) }
}

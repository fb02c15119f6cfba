//! `function!`: a function with captured data, written where it is used.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Block, Error, Expr, ItemFn, Pat, Path, Result, Token, Type, parse_quote};

use crate::argument::{Argument, written};
use crate::differentiable::Function;
use crate::options::{FunctionOptions, facade, parse_crate};

/// `crate = path; leaf; |arguments| -> output { body }`.
struct Anonymous {
    krate: Path,
    leaf: Type,
    arguments: Vec<Parameter>,
    output: Type,
    body: Block,
}

/// `pattern: type` or, captured, `name: type = value`.
struct Parameter {
    pattern: Pat,
    ty: Type,
    value: Option<Expr>,
}

/// The macro: a block whose value is the function.
pub(crate) fn function(input: TokenStream) -> TokenStream {
    let expansion = syn::parse2::<Anonymous>(input).and_then(|anonymous| anonymous.expand());
    expansion.unwrap_or_else(|error| {
        let error = error.to_compile_error();
        quote!({ #error })
    })
}

impl Anonymous {
    fn expand(&self) -> Result<TokenStream> {
        let item = self.item();
        let name = Ident::new("__Function", Span::call_site());
        let options = FunctionOptions { name: Some(name.clone()), krate: self.krate.clone() };
        let function = Function::of(&item, options)?;
        self.check_values(&function)?;
        let fields = self.arguments.iter().filter_map(|argument| {
            let Parameter { pattern, value: Some(value), .. } = argument else {
                return None;
            };
            Some(quote!(#pattern: #value))
        });
        let value = if function.captured.is_empty() { quote!(#name) } else { quote!(#name { #(#fields),* }) };
        let definition = function.expand();
        Ok(quote!({ #item #definition #value }))
    }

    /// The function as an item.
    fn item(&self) -> ItemFn {
        let Self { krate, leaf, arguments, output, body } = self;
        let arguments = arguments.iter().map(|Parameter { pattern, ty, .. }| quote!(#pattern: #ty));
        parse_quote! {
            fn __function<S: #krate::Scalar<Real = #leaf>>(#(#arguments),*) -> #output #body
        }
    }

    /// Active arguments have no value, captured ones have one.
    fn check_values(&self, function: &Function) -> Result<()> {
        self.arguments.iter().zip(&function.arguments).try_for_each(|(parameter, argument)| {
            let Parameter { pattern, ty, value } = parameter;
            match (argument, value) {
                (Argument::Active(_), Some(value)) => Err(Error::new_spanned(
                    value,
                    format!("expected no value, since the type `{}` makes the argument active; found one", written(ty)),
                )),
                (Argument::Captured(_), None) => Err(Error::new_spanned(
                    pattern,
                    format!(
                        "expected `{0}: {1} = value`, or a type that mentions `S`; found neither a value nor `S`",
                        written(pattern),
                        written(ty)
                    ),
                )),
                _ => Ok(()),
            }
        })
    }
}

impl Parse for Anonymous {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let krate = if input.peek(Token![crate]) && input.peek2(Token![=]) {
            let krate = parse_crate(input)?;
            input.parse::<Token![;]>()?;
            krate
        } else {
            facade()
        };
        let leaf = if input.peek(Token![|]) || input.peek(Token![||]) { parse_quote!(f64) } else { parse_leaf(input)? };
        let arguments = parse_arguments(input)?;
        if !input.peek(Token![->]) {
            return Err(input.error("expected `-> Type` after the arguments, with `S` for the scalar"));
        }
        input.parse::<Token![->]>()?;
        let (output, body) = (input.parse()?, input.parse()?);
        if input.is_empty() {
            Ok(Self { krate, leaf, arguments, output, body })
        } else {
            Err(input.error("expected nothing after the body"))
        }
    }
}

fn parse_leaf(input: ParseStream<'_>) -> Result<Type> {
    let expected = "expected `|arguments| -> Type { .. }`, after `crate = path;` or a leaf such as `f32;` if any";
    let start = input.span();
    let parsed = input.parse::<Type>().and_then(|leaf| input.parse::<Token![;]>().map(|_| leaf));
    parsed.map_err(|_| Error::new(start, expected))
}

fn parse_arguments(input: ParseStream<'_>) -> Result<Vec<Parameter>> {
    let mut arguments = Vec::new();
    if input.peek(Token![||]) {
        input.parse::<Token![||]>()?;
        return Ok(arguments);
    }
    input.parse::<Token![|]>()?;
    while !input.peek(Token![|]) {
        arguments.push(input.parse()?);
        if !input.peek(Token![|]) {
            input.parse::<Token![,]>()?;
        }
    }
    input.parse::<Token![|]>()?;
    Ok(arguments)
}

impl Parse for Parameter {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let pattern = Pat::parse_single(input)?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(parse_value(input)?)
        } else {
            None
        };
        Ok(Self { pattern, ty, value })
    }
}

/// The shortest expression that ends at a `,` or a `|`: a plain expression would take the closing `|` for an operator.
fn parse_value(input: ParseStream<'_>) -> Result<Expr> {
    let start = input.span();
    let mut tokens = TokenStream::new();
    while !input.is_empty() {
        input.parse::<TokenTree>()?.to_tokens(&mut tokens);
        let may_end = input.peek(Token![,]) || input.peek(Token![|]);
        if may_end && let Ok(value) = Expr::parse.parse2(tokens.clone()) {
            return Ok(value);
        }
    }
    Err(Error::new(start, "expected a value that ends at `,` or `|`; put parentheses around one that contains `|`"))
}

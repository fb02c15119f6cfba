//! What a function has to be like to be differentiated, and what its refusal says.

use proc_macro2::Ident;
use syn::{
    Error, GenericArgument, GenericParam, Generics, PathArguments, Result, ReturnType, Safety, Signature, Type,
    TypePath,
};

use crate::argument::{Argument, expect_ownership, reject_impl_trait, written};
use crate::names::camel_case;
use crate::scalar::{ScalarParam, peel};

/// The number of elements of the largest tuple that is a tree.
const MOST_ACTIVE: usize = 6;

/// Refuses what no backend could call.
pub(crate) fn expect_plain(signature: &Signature) -> Result<()> {
    if let Some(asyncness) = &signature.asyncness {
        return Err(Error::new_spanned(asyncness, "expected a function that returns its value; found an `async` one"));
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        return Err(Error::new_spanned(
            unsafety,
            "expected a function that any backend may call; found an `unsafe` one",
        ));
    }
    if let Some(variadic) = &signature.variadic {
        return Err(Error::new_spanned(variadic, "expected a fixed number of arguments; found `...`"));
    }
    Ok(())
}

/// Refuses a function with no active argument, and one with too many for a tuple.
pub(crate) fn expect_active(signature: &Signature, arguments: &[Argument], scalar: &ScalarParam) -> Result<()> {
    let active = || signature.inputs.iter().zip(arguments).filter(|(_, argument)| argument.active().is_some());
    if active().next().is_none() {
        return Err(Error::new_spanned(
            &signature.ident,
            format!(
                "expected an argument whose type mentions the scalar `{}`; found none: there is nothing to differentiate by",
                scalar.ident
            ),
        ));
    }
    active().nth(MOST_ACTIVE).map_or(Ok(()), |(surplus, _)| {
        Err(Error::new_spanned(
            surplus,
            format!(
                "expected at most {MOST_ACTIVE} active arguments; found {}. Put some of them in an array, or in a struct \
                 with `#[derive(Tree)]`",
                active().count()
            ),
        ))
    })
}

/// The structure of the output, over plain floats.
pub(crate) struct Output {
    pub(crate) tree: Type,
    /// Whether the function returns it in a `Result`.
    pub(crate) fails: bool,
}

/// What the function returns.
pub(crate) fn output_of(signature: &Signature, scalar: &ScalarParam) -> Result<Output> {
    let ReturnType::Type(_, ty) = &signature.output else {
        return Err(Error::new_spanned(
            &signature.ident,
            format!("expected a return type that mentions the scalar `{}`; found none", scalar.ident),
        ));
    };
    reject_impl_trait(ty)?;
    if !scalar.is_in(ty) {
        return Err(Error::new_spanned(
            ty,
            format!("expected a return type that mentions the scalar `{}`; found `{}`", scalar.ident, written(ty)),
        ));
    }
    let success = success_of(ty);
    let tree = success.unwrap_or(ty);
    expect_ownership(tree, scalar)?;
    Ok(Output { tree: scalar.at_leaf(tree), fails: success.is_some() })
}

/// The first argument of a type that is called `Result`.
fn success_of(ty: &Type) -> Option<&Type> {
    let Type::Path(TypePath { path, .. }) = peel(ty) else {
        return None;
    };
    let last = path.segments.last().filter(|last| last.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(success) => Some(success),
        _ => None,
    })
}

/// The name of the struct: the one that is chosen, or the function's in CamelCase.
pub(crate) fn struct_name(chosen: Option<Ident>, signature: &Signature, generics: &Generics) -> Result<Ident> {
    let name = chosen.map_or_else(|| camel_case(&signature.ident), Ok)?;
    let clashes = generics.params.iter().any(|param| match param {
        GenericParam::Lifetime(_) => false,
        GenericParam::Type(param) => param.ident == name,
        GenericParam::Const(param) => param.ident == name,
    });
    if !clashes {
        return Ok(name);
    }
    Err(Error::new_spanned(
        &signature.ident,
        format!(
            "expected a name for the struct that no type parameter has; found `{name}` twice. Name the struct yourself: \
             `#[differentiable(name = TypeName)]`"
        ),
    ))
}

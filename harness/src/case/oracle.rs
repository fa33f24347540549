//! Expressions in a Rust file whose tests put them to two evaluators, as Snix's `nix_oracle.rs` does: calls of
//! `compare_strict_eval_tests!` and `compare_lazy_eval_tests!`. They have no recorded answers: they are asked by
//! `diff`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The macros, and whether the whole value is evaluated.
const MACROS: [(&str, bool); 2] = [("compare_strict_eval_tests", true), ("compare_lazy_eval_tests", false)];

/// An expression of such a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expression {
    /// The name of its test.
    pub name: String,
    /// The program.
    pub text: String,
    /// Whether the whole value is evaluated.
    pub strict: bool,
}

/// The expressions of a file with this text.
///
/// # Errors
/// When it is no Rust.
pub(super) fn expressions(text: &str) -> Result<Vec<Expression>, String> {
    let tokens: Vec<_> = text.parse::<TokenStream>().map_err(|error| error.to_string())?.into_iter().collect();
    let mut found = Vec::new();
    for window in tokens.windows(3) {
        let [TokenTree::Ident(name), TokenTree::Punct(mark), TokenTree::Group(group)] = window else { continue };
        let strict = MACROS.iter().find(|(macro_name, _)| name == macro_name).map(|(_, strict)| *strict);
        let Some(strict) = strict.filter(|_| mark.as_char() == '!') else { continue };
        let inside: Vec<_> = group.stream().into_iter().collect();
        for pair in inside.windows(2) {
            let [TokenTree::Ident(name), TokenTree::Group(argument)] = pair else { continue };
            if argument.delimiter() != Delimiter::Parenthesis {
                continue;
            }
            // What is no string is no expression: an attribute, or the macro's own parts.
            if let Ok(text) = syn::parse2::<syn::LitStr>(argument.stream()) {
                found.push(Expression { name: name.to_string(), text: text.value(), strict });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_found_with_their_strictness() {
        let text = "macro_rules! compare_lazy_eval_tests { ($e:expr) => {} }\n\
                    compare_strict_eval_tests! { /* one */ one(\"1 + 1\"); #[ignore = \"x\"] quoted(r#\"\"a\"\"#); }\n\
                    compare_lazy_eval_tests! { two(\"[ (1 + 1) ]\"); }\n\
                    other! { three(\"3\"); }";
        let found = expressions(text).expect("it is Rust");
        let parts: Vec<_> = found.iter().map(|it| (it.name.as_str(), it.text.as_str(), it.strict)).collect();
        assert_eq!(parts, [("one", "1 + 1", true), ("quoted", "\"a\"", true), ("two", "[ (1 + 1) ]", false)]);
    }

    #[test]
    fn what_is_no_rust_is_refused() {
        assert!(expressions("fn (").is_err());
    }
}

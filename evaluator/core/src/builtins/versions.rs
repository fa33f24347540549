//! Builtins on versions of packages, and on package names that end in a version.

use crate::errors::Failure;
use crate::format::version;
use crate::state::State;
use crate::symbols::known;
use crate::value::{NixString, Value};

use crate::primop::string_of;

builtins! {
    /// A package's name and its version, told apart at the first dash that no letter follows: a set of `name` and
    /// `version`.
    "parseDrvName"(s) [
        0: PlainString "while evaluating the first argument passed to builtins.parseDrvName"
    ] => plain parse_drv_name;
    /// -1, 0 or 1 as the first version is older than, the same as or newer than the second one.
    "compareVersions"(s1, s2) [
        0: PlainString "while evaluating the first argument passed to builtins.compareVersions",
        1: PlainString "while evaluating the second argument passed to builtins.compareVersions"
    ] => plain compare_versions;
    /// The components of a version, as comparing versions takes it apart.
    "splitVersion"(s) [
        0: PlainString "while evaluating the first argument passed to builtins.splitVersion"
    ] => plain split_version;
}

fn parse_drv_name<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let (name, version) = version::parse_derivation_name(string_of(arguments[0]).bytes());
    let attribute = state.symbols.intern(b"version");
    let heap = state.heap;
    Ok(state.attrs([(known::NAME, NixString::plain(heap, name)), (attribute, NixString::plain(heap, version))]))
}

fn compare_versions<'h>(_: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let order = version::compare_versions(string_of(arguments[0]).bytes(), string_of(arguments[1]).bytes());
    Ok(Value::Int(order as i64))
}

fn split_version<'h>(state: &'h State<'h>, arguments: &[Value<'h>]) -> Result<Value<'h>, Failure> {
    let components = version::split_version(string_of(arguments[0]).bytes());
    let components: Vec<_> = components.into_iter().map(|component| NixString::plain(state.heap, component)).collect();
    Ok(state.list(&components))
}

//! Generates the parse tables of the Nix grammar, so that people edit the grammar and not the tables.

#[path = "grammar/mod.rs"]
mod grammar;

fn main() {
    println!("cargo::rerun-if-changed=grammar");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    let path = std::path::Path::new(&folder).join("parse_tables.rs");
    std::fs::write(&path, grammar::emit::source()).expect("OUT_DIR is writable");
}

//! Goldens of the bytecode that builds closures and thunks. A change of the compiler shows here as a diff.

mod support;

#[test]
fn bytecode_is_as_recorded() {
    for case in support::cases("bytecode") {
        let done = support::nix_eval(&["--eval", "--observe-compiler", case.to_str().unwrap()]);
        let listing = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status, 0, "{}: {listing}", case.display());
        let listing = listing.replace(env!("CARGO_MANIFEST_DIR"), "");
        support::check_recorded(&case.with_extension("golden"), &listing, || listing.clone());
    }
}

//! Placeholders: texts that stand for output paths that are not known during evaluation
//! (`libstore/downstream-placeholder.cc`).

use super::context::DerivedPath;
use super::path::output_path_name;
use crate::hash::{Algorithm, Hash, HashFormat};

/// The placeholder of output `output` inside its own derivation: `builtins.placeholder` (`hashPlaceholder`).
pub fn own_output(output: &[u8]) -> String {
    render(&Hash::of(Algorithm::Sha256, &[b"nix-output:", output].concat()))
}

/// The placeholder of an output of another derivation, whose path is not known (`DownstreamPlaceholder`). The caller
/// checks that the features `ca-derivations` and, if `derivation` is itself an output, `dynamic-derivations` are
/// enabled.
pub fn downstream(derivation: &DerivedPath, output: &[u8]) -> String {
    render(&downstream_hash(derivation, output))
}

fn downstream_hash(derivation: &DerivedPath, output: &[u8]) -> Hash {
    // From the store derivation outwards; `derivation` may be nested deeper than the stack allows.
    let mut outputs = vec![output];
    let mut path = derivation;
    let root = loop {
        match path {
            DerivedPath::Opaque(root) => break root,
            DerivedPath::Built { derivation, output } => {
                outputs.push(output);
                path = derivation;
            }
        }
    };
    let first = outputs.pop().expect("there is at least the output asked for");
    let name = root.name();
    let name = &name.as_bytes()[..name.len().saturating_sub(4)];
    let clear_text =
        [b"nix-upstream-output:", root.hash_part().as_bytes(), b":", &output_path_name(name, first)].concat();
    let mut hash = Hash::of(Algorithm::Sha256, &clear_text);
    while let Some(output) = outputs.pop() {
        let compressed = hash.compressed(20).to_text(HashFormat::Nix32, false);
        hash = Hash::of(Algorithm::Sha256, &[b"nix-computed-output:", compressed.as_bytes(), b":", output].concat());
    }
    hash
}

fn render(hash: &Hash) -> String {
    format!("/{}", hash.to_text(HashFormat::Nix32, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_outputs() {
        let check = |output: &str, expected: &str| assert_eq!(own_output(output.as_bytes()), expected);
        check("out", "/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9");
        check("dev", "/02qcpld1y6xhs5gz9bchpxaw0xdhmsp5dv88lh25r2ss44kh8dxz");
        check("", "/171rf4jhx57xqz3p7swniwkig249cif71pa08p80mgaf0mqz5bmr");
    }
}

//! Recordings: `.drv` files that the reference wrote, one for each shape of derivation, each with its base name.

use std::collections::BTreeMap;

use super::*;
use crate::settings::FeatureSet;
use crate::store::placeholder;

/// What the reference wrote, by base name.
fn recordings() -> Vec<(StorePath, &'static [u8])> {
    let lines = include_str!("recordings.txt").lines();
    lines
        .map(|line| {
            let (base_name, text) = line.split_once(' ').unwrap();
            (StorePath::new(base_name.as_bytes()).unwrap(), text.as_bytes())
        })
        .collect()
}

fn parse(path: &StorePath, text: &[u8]) -> Derivation {
    let name = path.derivation_name().unwrap().as_bytes();
    Derivation::parse(&StoreDirectory::default(), text, name, FeatureSet::ALL).unwrap()
}

/// Hashes of the recorded derivations, found by reading them.
#[derive(Default)]
struct Memo(BTreeMap<StorePath, DerivationHash>);

impl InputHashes for Memo {
    fn input_hash(&mut self, path: &StorePath) -> Result<&DerivationHash, Box<Error>> {
        if !self.0.contains_key(path) {
            let (_, text) = recordings().into_iter().find(|(known, _)| known == path).expect("inputs are recorded");
            let hash = parse(path, text).hash_modulo(&StoreDirectory::default(), self, false)?;
            self.0.insert(path.clone(), hash);
        }
        Ok(&self.0[path])
    }
}

#[test]
fn what_the_reference_wrote_is_read_and_written_back() {
    let store = StoreDirectory::default();
    assert!(recordings().len() >= 30);
    for (path, text) in recordings() {
        let derivation = parse(&path, text);
        let written = derivation.unparse(&store, false).unwrap();
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(text));
        assert_eq!(derivation.store_path(&store).unwrap(), path);
    }
}

#[test]
fn output_paths_follow_from_the_rest() {
    let store = StoreDirectory::default();
    let mut filled = 0;
    for (path, text) in recordings() {
        let derivation = parse(&path, text);
        let mut emptied = derivation.clone();
        for (name, output) in &mut emptied.outputs {
            if let DerivationOutput::InputAddressed(_) = output {
                *output = DerivationOutput::Deferred;
                emptied.environment.insert(name.clone(), Vec::new());
                filled += 1;
            }
        }
        emptied.fill_in_output_paths(&store, &mut Memo::default()).unwrap();
        assert_eq!(emptied, derivation, "{path}");
    }
    assert!(filled >= 12);
}

#[test]
fn placeholders_of_outputs_not_known() {
    let opaque = |base: &str| DerivedPath::Opaque(StorePath::new(base.as_bytes()).unwrap());
    let built = |derivation, output: &str| DerivedPath::Built {
        derivation: std::sync::Arc::new(derivation),
        output: output.as_bytes().into(),
    };
    let text = || opaque("i872f6s6cbqki5bd0ysq4kb1s804n54f-x.drv.drv");
    let once = built(text(), "out");
    assert_eq!(placeholder::downstream(&once, b"out"), "/19h41rfjy29i4c66ds0r536cvg9jqyhjlj9zr6yqqpn0naqykc6q");
    let twice = built(built(text(), "out"), "out");
    assert_eq!(placeholder::downstream(&twice, b"dev"), "/0n5z53vb3pifj0l8k4kd5ry07si1yb8vf5q2xmcsk7abnnca859p");
    let sources = [
        ("832msvqy9808fiy1wwyvynhpgrjm4ypj-x.drv", "out", "/1gwq42vd6s9w1mmpalxzcwp3dfp3khn51bff3phxv5w2qnkr51yp"),
        ("6gcsjd3dpski9lvwysp9zy63vv37xg4v-x.drv", "dev", "/00294w6p3jcc4vcbhiq0fmm3q89jmymw39fbgziqwg8hl7db6s9k"),
        ("6gcsjd3dpski9lvwysp9zy63vv37xg4v-x.drv", "out", "/01capg22m5cdrqh7ib1gmppnbqy6sg9nx7blp0sz55yvwj2avz9n"),
        ("i872f6s6cbqki5bd0ysq4kb1s804n54f-x.drv.drv", "out", "/0qsrm1qn6gkxpgm0vzm5x6nfxyvvy4wdva97x610xp8bqsgqj6j5"),
        ("bba34p73k2x0i7hhy6xsiaqpag08qk9i-x.drv", "out", "/1xc7qr8jw3q0bfd3kyra7df537wwwgwvkjxrcfj0ym7ml8vk6n7h"),
        ("yybw41d0pmmx4ifjc7bfjymz9ynpq6qw-x.drv", "out", "/0fsnikn3fvs66spp6772il0pkcwalg3v7348cfxw4j9qgwm4r8br"),
    ];
    for (base, output, expected) in sources {
        assert_eq!(placeholder::downstream(&opaque(base), output.as_bytes()), expected);
    }
}

#[test]
fn inputs_are_added_at_every_depth() {
    let path = StorePath::new(b"i872f6s6cbqki5bd0ysq4kb1s804n54f-x.drv.drv").unwrap();
    let root = std::sync::Arc::new(DerivedPath::Opaque(path.clone()));
    let dynamic = DerivedPath::Built { derivation: root.clone(), output: b"out".as_slice().into() };
    let mut derivation = Derivation::default();
    derivation.add_input(&root, b"a");
    derivation.add_input(&dynamic, b"b");
    let needed = &derivation.input_derivations[&path];
    assert_eq!(needed.outputs, BTreeSet::from([b"a".to_vec()]));
    assert_eq!(needed.dynamic[b"out".as_slice()].outputs, BTreeSet::from([b"b".to_vec()]));
}

#[test]
fn outputs_that_do_not_go_together() {
    // The words are those of BasicDerivation::type in libstore/derivations.cc.
    let check = |outputs: Vec<(&str, DerivationOutput)>, expected: &str| {
        let outputs = outputs.into_iter().map(|(name, output)| (name.as_bytes().to_vec(), output)).collect();
        let derivation = Derivation { outputs, ..Derivation::default() };
        assert_eq!(derivation.kind().unwrap_err().plain_message(), expected);
    };
    let fixed =
        || DerivationOutput::Fixed(ContentAddress { method: Method::Flat, hash: Hash::of(Algorithm::Sha256, b"") });
    check(vec![], "must have at least one output");
    check(vec![("dev", fixed())], "single fixed output must be named \"out\"");
    check(vec![("a", DerivationOutput::Deferred), ("out", fixed())], "can't mix derivation output types");
    let floating = |algorithm| DerivationOutput::Floating { method: Method::Flat, algorithm };
    let mixed = vec![("a", floating(Algorithm::Sha1)), ("b", floating(Algorithm::Sha256))];
    check(mixed, "all floating outputs must use the same hash algorithm");
}

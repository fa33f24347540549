//! Makes the value of a flake whose inputs are known (`callFlake` of `libflake/flake.cc`).

use std::collections::BTreeMap;

use crate::bytecode::ChunkKind;
use crate::fetchers::Reader;
use crate::primop::{Answer, GeneratorContext, Implementation, Primop};
use crate::source::{FLAKE_CALLER, Origin};
use crate::value::Value;

use super::super::fetch_tree::{fetch_final_tree, tree_attributes};
use super::super::table;
use super::locks::LockedFlake;

/// The code that makes it.
const CALLER: &[u8] = include_bytes!("call-flake.nix");

/// Fetches the tree of an entry of a lock file. No program can name it.
pub(in super::super) static FETCH_FINAL_TREE: Primop = Primop {
    name: "fetchFinalTree",
    is_bare: false,
    arguments: &["input"],
    strict: &[],
    implementation: Implementation::Generator {
        fast: None,
        start: |machine, arguments| crate::primop::boxed(fetch_final_tree(machine, arguments)),
    },
    feature: None,
    adds_trace: true,
    documentation: "",
};

/// The value of a flake.
pub(super) async fn call<'h>(machine: &GeneratorContext<'h>, flake: &LockedFlake, reader: &Reader<'_>) -> Answer<'h> {
    let state = machine.state;
    let (text, keys) = flake.lock_file.write();
    let mut present = BTreeMap::new();
    for (node, folder) in &flake.folders {
        let Some(key) = keys.get(node) else { continue };
        let (path, inside) = state.world.store.split(folder)?;
        let locked = flake.lock_file.nodes[*node].locked.as_ref().map_or(&flake.locked, |locked| &locked.locked);
        let info = state.attrs(tree_attributes(state, &path, &locked.input, false, reader)?);
        let inside = inside.strip_prefix(b"/").unwrap_or(inside);
        let described = state
            .attrs([(state.symbols.intern(b"sourceInfo"), info), (state.symbols.intern(b"dir"), state.string(inside))]);
        present.insert(state.symbols.intern(key), described);
    }
    let source = state.add_source(Origin::Internal(FLAKE_CALLER), CALLER.to_vec())?;
    let caller = machine.run(state.compile_source(&source, b"/", ChunkKind::Root, None)?).await?;
    let with_text = machine.call(caller, state.string(&text)).await?;
    machine.call2(with_text, state.attrs(present), Value::Builtin(table::fetch_final_tree())).await
}

# scopedImport adds to the scope of the file, and may shadow what is always there.
[ (scopedImport { extra = 1; map = "shadowed"; } ./data-scoped.nix) (scopedImport { extra = 2; } ./data-scoped.nix) ]

# A variable that the scope does not give.
scopedImport { } ./data-scoped.nix

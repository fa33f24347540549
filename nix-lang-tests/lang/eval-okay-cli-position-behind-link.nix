# So are positions that a program asks for.
builtins.unsafeGetAttrPos "a" (import ./cli-linked/attrs.nix)

# Imported by fixtures with a scope of its own.
[ extra (builtins.typeOf map) (import ./dir1/unit.nix) ]

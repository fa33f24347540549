# A name that is none of an object is refused.
builtins.pathExists "/nix/store/abc"

# A built-in file is no folder.
builtins.readDir <nix/fetchurl.nix>

# The folder of the built-in files is no file.
builtins.readFile (dirOf <nix/fetchurl.nix>)

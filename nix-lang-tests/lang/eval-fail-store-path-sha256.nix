# A wrong hash is a mismatch.
builtins.path { path = ./store-folder; sha256 = "0000000000000000000000000000000000000000000000000000"; }

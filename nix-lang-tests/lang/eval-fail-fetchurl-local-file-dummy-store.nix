# What is downloaded goes into the store before its hash is looked at, and this store takes nothing.
builtins.fetchurl "file://${toString ./.}"

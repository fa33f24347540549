# `acc // { … }`, with every set on the way kept alive.
{ n }:
let
  sets = builtins.foldl' (acc: i: {
    set = acc.set // { ${"k" + toString i} = i; };
    before = acc;
  }) { set = { }; before = null; } (builtins.genList (i: i) n);
in
builtins.length (builtins.attrNames sets.set)

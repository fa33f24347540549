# `deepSeq` starts with the slot of `x` itself, which `left` then only repeats.
let
  x = { left = x; super = throw "above"; };
in
builtins.deepSeq x 1

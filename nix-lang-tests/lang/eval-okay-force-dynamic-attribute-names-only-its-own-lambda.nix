# A lambda that is written as the value of a dynamic attribute is named after it; one that is only held there keeps the
# name it has.
let
  f = x: x;
  show = set: builtins.seq f (builtins.trace set true);
  own = { ${"a" + "b"} = x: x; };
in
[
  (show { ${"" + ""} = f; })
  (show { ${"a" + "b"} = f; })
  (builtins.seq own.ab (builtins.trace own true))
  (builtins.trace f true)
]

# A functor that is itself a set with a functor.
let
  inner = { __functor = self: outer: x: [ "inner" outer.tag x ]; };
  outer = { __functor = inner; tag = "outer"; };
in
outer 1

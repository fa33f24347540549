# The trace of a failure through named functions and builtins.
let
  outer = x: inner (x + 1);
  inner = y: builtins.head (map fail [ y ]);
  fail = z: if z > 1 then throw "too large: ${toString z}" else z;
in
outer 1

# What `derivation` does inside counts too.
let
  drv = derivation { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; };
in
[ drv.outPath drv.dev.outPath drv.dev.all ]

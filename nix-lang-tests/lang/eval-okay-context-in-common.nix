# What two contexts have in common is there once.
let
  d = "/nix/store/gggggggggggggggggggggggggggggggg-d.drv";
  a = builtins.appendContext "a" { ${d}.outputs = [ "out" ]; };
  b = builtins.appendContext "b" { ${d}.outputs = [ "out" "dev" ]; };
in
builtins.getContext (a + b)

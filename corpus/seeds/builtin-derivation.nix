# derivation: what the resulting set holds.
let
  d = derivation { name = "hello"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "true" ]; number = 1; flag = true; off = false; list = [ "a" 1 "b" ]; nothing = null; };
in
[ (builtins.attrNames d) d.drvPath d.outPath d.type d.outputName (d.out.outPath == d.outPath) ("${d}" == d.outPath) (builtins.length d.all) ]

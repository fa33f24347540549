# derivation with several outputs.
let
  d = derivation { name = "multi"; system = "s"; builder = "b"; outputs = [ "lib" "out" "dev" ]; };
in
[ d.outputName d.outPath d.lib.outPath d.out.outPath d.dev.outPath (map (o: o.outputName) d.all) d.dev.out.lib.outputName d.drvPath ]

# A derivation in the store can be imported.
let d = import (derivationStrict { name = "a"; builder = "b"; system = "c"; outputs = [ "out" "dev" ]; }).drvPath; in { inherit (d) name type outputName drvPath outPath; names = builtins.attrNames d; dev = d.dev.outPath; all = map (o: o.outputName) d.all; }

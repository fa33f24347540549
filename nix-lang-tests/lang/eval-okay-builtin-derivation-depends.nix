# A derivation that uses the outputs of others.
let
  a = derivation { name = "a"; system = "s"; builder = "b"; outputs = [ "out" "doc" ]; };
  b = derivation { name = "b"; system = "s"; builder = "${a}/bin/build"; input = a.doc; both = [ a a.doc ]; };
in
[ b.drvPath b.outPath ]

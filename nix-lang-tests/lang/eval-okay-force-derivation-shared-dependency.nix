# A derivation that two others use is computed once.
let
  t = builtins.trace;
  dep = derivation { name = t "dep" "dep"; system = "s"; builder = "b"; };
  user = n: derivation { name = n; system = "s"; builder = t "builder of ${n}" "b"; d1 = dep; d2 = dep.outPath; };
in
[ (user "u1").drvPath (user "u2").drvPath ]

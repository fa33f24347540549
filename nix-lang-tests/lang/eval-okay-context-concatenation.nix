# Contexts are joined by interpolation and by `+`.
let
  a = derivation { name = "a"; system = "s"; builder = "b"; };
  b = derivation { name = "b"; system = "s"; builder = "b"; };
in
builtins.attrNames (builtins.getContext ("${a}" + "x${b}y"))

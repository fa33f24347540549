# A derivation attribute that contains the derivation's own path.
let
  strict = derivationStrict { name = "x"; system = "s"; builder = "b"; self = strict.out; };
in
strict.drvPath

# `derivation` is a function of a file, so its argument and what it gives have places there.
let
  drv = derivation {
    name = "places";
    system = "any";
    builder = "/none";
    outputs = [ "out" "dev" ];
  };
  positions = set: builtins.mapAttrs (name: _: builtins.unsafeGetAttrPos name set) set;
  inThisFile = pos: pos != null && baseNameOf pos.file != "derivation-internal.nix";
  shown = set: builtins.mapAttrs (_: pos: if inThisFile pos then "here" else pos) (positions set);
in
{
  arguments = shown (builtins.functionArgs derivation);
  derivation = shown drv;
  output = shown drv.dev;
  equal = derivation == derivation;
}

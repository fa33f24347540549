# A set from a list, names out of order.
{ n }:
let
  entry = i: { name = "k" + toString (i * 7919); value = i; };
in
builtins.length (builtins.attrNames (builtins.listToAttrs (builtins.genList entry n)))

let
  f = x: (builtins.mapAttrs (name: f) { a = x; }).a;
in
f 0

# A let takes quoted names, which a with or inherit can reach.
let
  "a b" = 1;
  s = { inherit "a b"; };
in
s

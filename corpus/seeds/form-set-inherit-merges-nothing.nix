# An inherited set shows only what its source has.
let
  s = { t = { a = 1; }; };
in
{ inherit (s) t; u = s.t // { b = 2; }; }

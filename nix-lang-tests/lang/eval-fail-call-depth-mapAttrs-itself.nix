# The call with the name is made once and remembered, so it does not count again.
let
  x = builtins.mapAttrs (name: value: x.${name}) { a = 1; };
in
x.a

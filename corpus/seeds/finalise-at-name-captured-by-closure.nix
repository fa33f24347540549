# A closure keeps the @-name and the formals of the call that made it.
let
  f = { x, ... }@args: y: [ x y (builtins.attrNames args) ];
  g = f { x = 1; z = 2; };
in
[ (g 10) (g 20) ]

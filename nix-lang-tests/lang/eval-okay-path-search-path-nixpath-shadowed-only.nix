# With only __nixPath in scope, the builtin findFile gets it.
let
  __nixPath = [ { prefix = "mine"; path = ./dir1; } { prefix = ""; path = ./dir2; } ];
in
[ (import <mine/unit.nix>) (import <second.nix>) ]

# `<x>` calls the __findFile in scope with the __nixPath in scope.
let
  __findFile = path: name: [ path name ];
  __nixPath = "my path";
in
[ <a> <b/c.nix> ]

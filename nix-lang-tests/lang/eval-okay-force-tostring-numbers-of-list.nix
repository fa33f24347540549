# concatStringsSep over map: each call when its string is needed.
let
  t = builtins.trace;
in
builtins.concatStringsSep "," (map (x: t "call ${toString x}" (toString (t "arg ${toString x}" x))) [ 1 2 ])

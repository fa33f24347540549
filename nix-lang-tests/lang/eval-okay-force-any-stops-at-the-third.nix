# any and all ask no further than the third element, where that decides.
let
  ask = x: builtins.trace "asked ${toString x}" (x == 3);
in
[ (builtins.any ask [ 1 2 3 4 5 ]) (builtins.all (x: !ask x) [ 1 2 3 4 5 ]) ]

# A variable found through a with shares the namespace's thunk.
let
  ns = { x = builtins.trace "x" 1; };
in
[ (with ns; x + x) ns.x ]

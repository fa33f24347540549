# deepSeq looks into a shared set only once and traces its attributes once.
let
  s = { a = builtins.trace "a" 1; };
in
builtins.deepSeq [ s s { x = s; } ] 1

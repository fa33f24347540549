# deepSeq that fails half-way has evaluated what came before.
let
  t = builtins.trace;
  s = { one = t "one" 1; two = t "two" (throw "failed"); three = t "three" 3; };
in
[ (builtins.tryEval (builtins.deepSeq s null)).success s.one s.three (builtins.tryEval (builtins.deepSeq s null)).success ]

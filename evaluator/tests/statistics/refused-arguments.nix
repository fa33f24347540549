# A call counts once its argument has been accepted.
let
  refused = builtins.tryEval (({ a }: a) (throw "no set"));
  behind = builtins.tryEval ((x: { a }: a) 1 (throw "no set"));
  failed = builtins.tryEval (({ a }: throw "body") { a = 1; });
in
[ refused behind failed (({ a, b ? a }: b) { a = 1; }) ]

# deepSeq of a cyclic set ends.
let
  s = { self = s; list = [ s.list s ]; };
in
builtins.deepSeq s "ended"

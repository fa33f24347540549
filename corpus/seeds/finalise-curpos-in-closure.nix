# __curPos in a lambda is where it is written, not where it is called.
let
  f = _: __curPos.line;
in
[
  (f null)
  (map f [ 1 ])
]

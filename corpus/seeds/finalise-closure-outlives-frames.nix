# A closure returned through several calls still sees every captured variable.
let
  make = a: let b = a + 1; in c: let d = c + b + e; in f: [ a b c d e f ];
  e = 1000;
in
make 1 10 "f"

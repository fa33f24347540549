# Elements that each wait for the one before; in pieces, since the reference has a native stack.
{ n }:
let
  piece = 1000;
  chain = start: builtins.foldl' (acc: i: acc ++ [ ((if acc == [ ] then start else builtins.elemAt acc (i - 1)) + 1) ]) [ ] (
    builtins.genList (i: i) piece
  );
in
builtins.foldl' (sum: i: builtins.elemAt (chain sum) (piece - 1)) 0 (builtins.genList (i: i) (n / piece))

# The pipe operators, both ways, and how they bind.
let
  inc = x: x + 1;
  dbl = x: x * 2;
in
[
  (1 |> inc |> dbl)
  (dbl <| inc <| 1)
  (1 + 1 |> inc)
  (dbl <| 3 + 1)
  ([ 1 2 ] |> map inc |> builtins.foldl' (a: b: a + b) 0)
]

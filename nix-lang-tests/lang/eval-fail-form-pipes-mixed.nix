# the value on the left is passed on, and the trace names the place of the pipe
let
  increment = n: n + 1;
in
(1 |> increment |> increment) + (increment <| increment <| "a")

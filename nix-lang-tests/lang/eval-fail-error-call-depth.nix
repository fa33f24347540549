# Recursion without an end meets the call depth.
let
  f = x: 1 + f (x + 1);
in
f 0

# A function that returns a rec set: each call has its own.
let
  make = n: rec { inherit n; next = make (n + 1); sum = n + next.n; };
  one = make 1;
in
[ one.sum one.next.sum one.next.next.n ]

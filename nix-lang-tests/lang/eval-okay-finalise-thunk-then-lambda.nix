# A thunk calls a lambda that is bound later and captures a still later thunk.
let
  result = add 1;
  add = x: x + amount;
  amount = builtins.trace "amount" 10;
in
result + result

# Each attribute needs that of a new set, and no call is open meanwhile, so the limit on calls does not help.
let
  next = number: { found = 1 + (next 0).found; };
in
builtins.tryEval (next 0).found

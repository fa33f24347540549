# The branch that `if` takes is the thunk of the binding.
let
  a = builtins.trace "a" 1;
  b = if true then a else 2;
  c = assert true; b;
  d = with { }; c;
  e = let in d;
in
[ e d c b a ]

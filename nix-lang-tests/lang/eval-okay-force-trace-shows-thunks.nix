# trace prints values without forcing them: what is a thunk shows as one.
let
  f = x: x;
  forced = builtins.seq done done;
  done = { a = 1; };
in
builtins.trace { int = 1; string = "s"; sum = 1 + 1; call = f 1; list = [ 1 (1 + 1) ]; lambda = x: x; inherit forced; var = f; } 0

# What is captured before it is bound may be a constant, an empty list or set, a path or a lambda.
let
  show = _: [ int float text yes none list set path lambda ];
  int = 1;
  float = 1.5;
  text = "t";
  yes = true;
  none = null;
  list = [ ];
  set = { };
  path = /p;
  lambda = x: x;
in
show null

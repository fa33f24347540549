# A later binding that is only another name for an argument or for a binding further out.
let
  outer = "outer";
  f = arg:
    let
      g = _: [ a b c ];
      a = arg;
      b = outer;
      c = builtins.length;
    in
    g null;
in
map (x: if builtins.isFunction x then "function" else x) (f "arg")

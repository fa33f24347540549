# In a list, elements stand side by side; an application needs parentheses, a selection does not.
let
  f = x: x + 1;
  s = { a = 2; };
in
[ (builtins.length [ f 1 ]) [ (f 1) s.a s.b or 3 ] ]

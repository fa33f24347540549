# In a selection with several dynamic names, a name is evaluated before the set that it is looked up in.
let
  t = builtins.trace;
in
(t "set" { a = t "a" { b = t "b" 1; }; }).${t "name a" "a"}.${t "name b" "b"}

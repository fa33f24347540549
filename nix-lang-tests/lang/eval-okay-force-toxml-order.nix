# toXML evaluates attributes in the order of their names.
let
  t = builtins.trace;
in
builtins.stringLength (builtins.toXML { z = t "z" 1; a = t "a" [ (t "a0" 1) ]; })

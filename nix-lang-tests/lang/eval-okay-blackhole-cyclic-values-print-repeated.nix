# Printing shows a value that is being printed already as repeated.
let
  s = { self = s; l = [ s l ]; };
  l = [ l s ];
in
{ inherit s l; }

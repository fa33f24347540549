# A dynamic name that is null drops the attribute; its value is never evaluated.
let
  t = builtins.trace;
in
{ ${t "name" null} = throw "never"; b = 1; }

# attrValues and catAttrs hand on thunks.
let
  t = builtins.trace;
  values = builtins.attrValues { b = t "b" 2; a = t "a" 1; };
  cat = builtins.catAttrs "x" [ (t "set 1" { x = t "x1" 1; }) (t "set 2" { y = throw "never"; }) (t "set 3" { x = t "x3" 3; }) ];
in
[ (builtins.head values) (builtins.length cat) (builtins.elemAt cat 1) ]

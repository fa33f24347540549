# The is… functions on a value of every type.
let
  values = [ 1 1.5 true null "s" /p [ ] { } (x: x) builtins.map (builtins.add 1) { __functor = s: x: x; } ];
in
map (f: map f values) [ builtins.isInt builtins.isFloat builtins.isBool builtins.isNull builtins.isString builtins.isPath builtins.isList builtins.isAttrs builtins.isFunction ]

# A default is not evaluated when the argument is given, even as a thunk that fails later.
let
  f = { a ? builtins.trace "default" 1, b ? 2 }: b;
in
[ (f { a = throw "never"; }) (f { b = 3; }) ]

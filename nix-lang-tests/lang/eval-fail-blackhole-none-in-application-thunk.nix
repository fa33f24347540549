# The thunks of map are applications, which are no blackholes: this recursion ends at the call depth.
let
  l = map (x: builtins.head l) [ 1 ];
in
builtins.head l

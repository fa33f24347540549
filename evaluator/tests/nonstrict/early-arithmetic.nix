# Arguments and bindings that are computed before anything asks for them do not look it.
let
  n = 5;
  shown = x: { inherit x; list = [ x (x + 1) ]; };
  forced = x: builtins.seq x { inherit x; list = [ x (x + 1) (x * 2) (x - 1) ]; };
  through = x: (y: builtins.seq y [ x y ]) x;
  beside = x: y: builtins.seq y [ x y ];
  bound = let m = n - 1; in [ m ];
  forcedBinding = let m = n - 1; in builtins.seq m [ m ];
  partial = (x: y: [ x y ]) (n - 1);
  functor = { __functor = self: x: [ x ]; } (n - 1);
  defaulted = (x: { y ? x - 1, z ? n + x }: builtins.seq y [ x y z ]) (n * 2) { };
  large = (x: [ x ]) (n * 1000000000000);
  recursive = rec { a = n - 1; b = a + 1; c = builtins.seq b [ a b ]; };
  all = [
    (shown (n - 1))
    (shown (n - 1)).list
    (forced (n - 1))
    (forced (n - 1)).list
    (through (n - 1))
    (beside (n - 1) (n + 1))
    bound
    forcedBinding
    (partial (n * 3))
    functor
    defaulted
    large
    recursive
    recursive.c
  ];
in
builtins.foldl' (_: element: builtins.seq element all) null all

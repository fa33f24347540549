# A lambda in a default captures the @-name and formals without one.
let
  f = { get ? name: args.${name} or fallback, fallback, ... }@args: map get [ "x" "y" ];
in
f { fallback = 0; x = 1; }

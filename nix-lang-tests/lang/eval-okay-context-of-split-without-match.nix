# A string that split leaves whole keeps its context, its parts do not.
let
  from = c: builtins.appendContext c { "/nix/store/${c}1234567890123456789012345678901-n".path = true; };
in
map (regex: map builtins.hasContext (builtins.filter builtins.isString (builtins.split regex "1${from "a"}2"))) [ "x" "1" ]

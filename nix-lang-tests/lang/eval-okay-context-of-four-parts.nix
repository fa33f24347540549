# An interpolation has the context of each of its parts.
let
  from = c: builtins.appendContext c { "/nix/store/${c}1234567890123456789012345678901-n".path = true; };
in
builtins.attrNames (builtins.getContext "${from "a"}-${from "b"}-${from "c"}-${from "d"}")

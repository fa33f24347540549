# What the function gives for the name is kept, however often the whole is begun.
let
  m = builtins.mapAttrs (name: builtins.trace name (value: m.a)) { a = 1; };
in
m.a

# Paths of derivations with outputs of every number, order and spelling.
let
  make = more: derivationStrict ({ name = "x"; system = "s"; builder = "b"; } // more);
in
map make [
  { }
  { outputs = [ "out" ]; }
  { outputs = [ "dev" ]; }
  { outputs = [ "out" "dev" "man" ]; }
  { outputs = [ "man" "dev" "out" ]; }
  { outputs = "out\n dev\tbin"; }
  { outputs = [ "out" "dev" ]; dev = "shadowed"; }
  { outputs = [ "a+b" ]; name = "y-1.0"; }
]

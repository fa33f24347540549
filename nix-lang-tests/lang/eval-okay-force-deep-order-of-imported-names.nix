# Names in an imported file become symbols when the file is read.
let
  t = builtins.trace;
  late = { ${"ex" + "tra2"} = t "extra2" 1; ${"sco" + "ped"} = t "scoped" 2; };
  read = import ./data-names.nix;
in
builtins.seq read late

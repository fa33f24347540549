# An imported file sees none of the importer's bindings; its function gets what it is given.
let
  later = f 1;
  f = import ./thunk-import.nix;
  late = 5;
in
later

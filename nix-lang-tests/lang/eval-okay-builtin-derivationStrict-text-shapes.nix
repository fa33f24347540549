# Paths of derivations whose texts must be escaped, are empty, or are no ASCII.
let
  make = more: derivationStrict ({ name = "x"; system = "s"; builder = "b"; } // more);
in
map make [
  { args = [ "\n" "\"" "\\" "\t\r" "" ]; }
  { builder = "b\n\"\\"; system = "s\n"; }
  { "" = 1; "a b" = 2; "é" = "ü"; }
  { a = [ 1 [ 2 [ ] ] true false null 1.5 ]; }
  { a = { outPath = "/p"; }; b = { __toString = self: "q"; }; }
  { __ignoreNulls = true; a = null; args = null; outputs = null; }
  { __ignoreNulls = false; a = null; }
  { __structuredAttrs = false; }
]

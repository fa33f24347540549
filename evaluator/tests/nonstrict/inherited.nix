# Inherited attributes.
let s = { a = 1; b = 2; }; x = 3; in { inherit (s) a b; inherit x; }

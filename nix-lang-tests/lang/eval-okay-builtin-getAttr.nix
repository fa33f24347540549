# getAttr and hasAttr with names made at run time.
let s = { a = 1; "x y" = 2; }; in [ (builtins.getAttr "a" s) (builtins.getAttr ("x" + " y") s) (builtins.hasAttr "a" s) (builtins.hasAttr "b" s) ]

# concatStringsSep with every kind of coercible element.
[ (builtins.concatStringsSep ", " [ "a" "b" "c" ]) (builtins.concatStringsSep "-" [ ]) (builtins.concatStringsSep "-" [ "x" ]) (builtins.concatStringsSep "" [ { outPath = "o"; } { __toString = s: "t"; } "" ]) ]

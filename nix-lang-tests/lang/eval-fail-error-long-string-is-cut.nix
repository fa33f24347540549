# A long string in an error is shown in part.
builtins.head (builtins.concatStringsSep "" (builtins.genList (x: "0123456789") 300))

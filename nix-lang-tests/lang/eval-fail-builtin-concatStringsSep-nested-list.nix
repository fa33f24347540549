# concatStringsSep does not look into lists.
builtins.concatStringsSep "," [ "a" [ "b" ] ]

# An integer is no string.
builtins.concatStringsSep "," [ "a" 1 ]

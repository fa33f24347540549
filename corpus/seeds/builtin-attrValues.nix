# attrValues goes in the order of attrNames.
builtins.attrValues { z = 1; a = 2; B = 3; "10" = 4; "9" = 5; }

# attrNames sorts by bytes, not by creation.
builtins.attrNames { z = 1; a = 2; B = 3; "10" = 4; "9" = 5; "" = 6; "é" = 7; _x = 8; "a b" = 9; aa = 10; }

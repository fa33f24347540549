# Quoted names may be anything, keywords and the empty string included.
{ "a b" = 1; "if" = 2; "" = 3; "1x" = 4; "a.b" = 5; "ok" = 6; "a\"b" = 7; "\${x}" = 8; "or" = 9; "é" = 10; "x-y'z_" = 11; }

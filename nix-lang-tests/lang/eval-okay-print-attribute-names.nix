# Names print bare where they are identifiers, quoted where not.
{ a = 1; a-b = 2; a' = 3; _a = 4; "1a" = 5; "a b" = 6; "" = 7; "if" = 8; "or" = 9; "true" = 10; "a.b" = 11; "\${" = 12; "é" = 13; "-a" = 14; "let" = 15; "inherit" = 16; "null" = 17; "\n" = 18; }

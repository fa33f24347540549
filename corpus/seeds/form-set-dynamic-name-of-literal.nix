# A dynamic name that is a literal string is a static one.
{ ${"a"} = 1; "b" = 2; ${"c"}.d = 3; c.e = 4; }

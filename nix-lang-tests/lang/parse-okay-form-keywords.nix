# Keyword forms as the parser prints them.
let a = 1; in with { }; assert true; if a == 1 then rec { b = a; } else let { body = 2; }

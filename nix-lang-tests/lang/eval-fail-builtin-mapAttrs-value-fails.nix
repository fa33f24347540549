# A failure in the function shows when the attribute is used.
(builtins.mapAttrs (n: v: throw "in ${n}") { a = 1; }).a

# mapAttrs passes name and value.
[ (builtins.mapAttrs (n: v: n + toString v) { b = 1; a = "x"; }) (builtins.mapAttrs (throw "never") { }) ]

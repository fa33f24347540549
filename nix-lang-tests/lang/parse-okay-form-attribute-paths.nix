# Paths, quoted and dynamic names and inherits as the parser prints them.
a: b: { x.y = 1; x.z = 2; "q r" = 3; ${a} = 4; n.${b}.m = 5; inherit a; inherit (a) c d; "${b}e" = 6; }

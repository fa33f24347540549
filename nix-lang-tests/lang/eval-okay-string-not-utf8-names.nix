# Attribute names that are not UTF-8, and their order.
[ { "ÿ" = 1; "z" = 2; "À" = 3; } (builtins.attrNames { "ÿ" = 1; "z" = 2; "À" = 3; }) ]

# listToAttrs: the first of equal names wins, other attributes are ignored.
builtins.listToAttrs [ { name = "b"; value = 1; } { name = "a"; value = 2; extra = throw "never"; } { name = "b"; value = throw "never"; } { name = ""; value = 3; } ]

# toJSON of a string that is not UTF-8.
builtins.toJSON [ "ok" "aÿ" ]

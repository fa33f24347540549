# fromJSON of every kind of value.
builtins.fromJSON ''{"a": [1, -2, 3.5, 1e3, true, false, null], "b": {"c": "x\"\\\/\n\u00e9\ud834\udd1e"}, "": "", "a b": 1, "n": 9223372036854775807}''

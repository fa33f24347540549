# fromJSON of a document that is a single value, with blanks around.
map builtins.fromJSON [ "1" " \"x\" " "null" "[]" "{}" "-0" "1.0" "0.1e1" "18446744073709551616.0" ]

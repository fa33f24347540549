# deepSeq finds a failure inside a list in a set.
builtins.deepSeq { a.b = [ 1 { c = throw "found"; } ]; } "never"

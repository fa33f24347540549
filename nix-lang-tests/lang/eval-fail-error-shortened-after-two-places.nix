# Without --show-trace two frames with places are all that is shown.
builtins.deepSeq { a = throw "t"; } 1

# Without --show-trace a frame counts once more for its place.
builtins.deepSeq [ { a = { b = throw "t"; }; } ] 1

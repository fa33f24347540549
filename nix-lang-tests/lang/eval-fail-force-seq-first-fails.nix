# seq fails with its first argument before it looks at the second.
builtins.seq (throw "first") (throw "second")

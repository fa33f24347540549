snix --no-warnings --expr=builtins.trace "traced" (builtins.trace { a = 1; } 2)

# The generator behind dirOf made a string of a path's parent; only its fast path knew better.
builtins.dirOf /nowhere/b

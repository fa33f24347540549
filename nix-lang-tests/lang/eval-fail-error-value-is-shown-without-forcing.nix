# A value in an error is shown with its thunks.
builtins.head { a = 1 + 1; b = [ (2 + 2) ]; c = "s"; }

# The function `derivation` is evaluated from the start, and shown so.
builtins.trace { inherit derivation; } (builtins.trace [ builtins.derivation ] null)

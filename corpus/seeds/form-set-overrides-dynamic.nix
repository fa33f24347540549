# Dynamic attributes come after __overrides.
rec { a = 1; b = a; __overrides = { a = 2; }; ${"x" + "y"} = a; }

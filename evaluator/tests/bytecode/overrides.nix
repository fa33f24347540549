# With __overrides every attribute has a thunk of its own.
rec { __overrides = { b = 2; }; a = b; b = 1; }

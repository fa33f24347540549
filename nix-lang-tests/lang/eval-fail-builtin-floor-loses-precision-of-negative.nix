# Also below zero, and far away from the limits.
builtins.floor (-9223372036854775807)

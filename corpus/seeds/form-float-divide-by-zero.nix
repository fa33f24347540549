# Division by the float zero fails, too.
1.0 / 0.0

# Division by the integer zero fails.
1 / 0

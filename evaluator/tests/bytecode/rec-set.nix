# A recursive set is built from the slots that its attributes captured.
rec { a = b; b = c + 1; c = 1; f = x: f a; }

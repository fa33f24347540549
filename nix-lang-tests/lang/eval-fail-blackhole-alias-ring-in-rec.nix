# Three attributes that are only names for each other.
rec { a = b; b = c; c = a; }

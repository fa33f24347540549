# abort coerces its message and fails if it cannot.
abort { a = 1; }

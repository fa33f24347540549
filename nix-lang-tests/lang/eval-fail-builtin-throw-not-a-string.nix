# throw coerces its message and fails if it cannot.
throw 1

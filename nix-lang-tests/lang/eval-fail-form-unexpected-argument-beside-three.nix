# A function of three formals refuses a fourth attribute.
({ a, b, c }: a) { a = 1; b = 2; c = 3; d = 4; }

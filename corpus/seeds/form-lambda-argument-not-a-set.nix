# A function with formals takes only a set.
({ a }: a) [ 1 ]

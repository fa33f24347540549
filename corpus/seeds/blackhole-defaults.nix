# Two defaults that need each other.
({ a ? b, b ? a }: a) { }

# A default that is its own formal.
({ a ? a }: a) { }

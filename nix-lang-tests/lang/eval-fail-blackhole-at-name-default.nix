# A default that needs the attribute whose default it is through another default.
({ a ? b.x, b ? { x = a; } }: a) { }

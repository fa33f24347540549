# A functor is called from its set, and what it gives from there on.
{ __functor = self: { x }: throw "f"; }

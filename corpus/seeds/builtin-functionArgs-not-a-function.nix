# functionArgs needs a function, and a functor is none.
builtins.functionArgs { __functor = self: { a }: a; }

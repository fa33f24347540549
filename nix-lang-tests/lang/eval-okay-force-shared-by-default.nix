# A default that two other defaults use is evaluated once.
({ a ? b + b, b ? c + c, c ? builtins.trace "c" 1 }: [ a b c a ]) { }

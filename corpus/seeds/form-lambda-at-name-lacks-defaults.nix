# The @-name holds what was given: no defaults, but extra attributes.
({ a ? 1, b, ... }@all: { inherit a b all; }) { b = 2; c = 3; }

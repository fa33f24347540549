# Lines without a place and lines with an unknown one do not count as repetitions of each other.
map (x: let l = [ l ]; in builtins.toJSON l) [ 1 ]

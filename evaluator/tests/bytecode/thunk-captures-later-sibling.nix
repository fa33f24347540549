# Deferred captures of thunks, finalised when the scope is complete.
let a = [ c ]; b = { inherit a c; }; c = 3; in b

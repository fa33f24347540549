# An argument that the body does not use is never evaluated.
(x: y: y) (builtins.trace "x" 1) (builtins.trace "y" 2)

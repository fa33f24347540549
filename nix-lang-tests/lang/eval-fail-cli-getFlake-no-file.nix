# A flake that is a file that is not there.
builtins.getFlake "file+file:///nowhere"

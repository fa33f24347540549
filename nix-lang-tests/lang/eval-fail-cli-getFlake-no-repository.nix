# A flake in a Git repository that is not there.
builtins.getFlake "git+file:///nowhere"

# A flake that no registry knows.
builtins.getFlake "nowhere"

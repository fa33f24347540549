# getFlake of a relative path.
builtins.getFlake "./no-such-flake"

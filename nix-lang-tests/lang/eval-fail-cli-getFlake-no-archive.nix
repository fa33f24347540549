# A flake in an archive that is not there.
builtins.getFlake "file:///nowhere.tar.gz"

# A file of another host is none.
builtins.fetchurl "file://nowhere.invalid/a"

# A file of localhost is a file of this machine.
builtins.fetchurl "FILE://localhost/nowhere/a"

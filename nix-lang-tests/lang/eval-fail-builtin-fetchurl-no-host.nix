# An address of HTTP has a host.
builtins.fetchurl "http://:1/a"

# A port is a number of 16 bits.
builtins.fetchurl "http://localhost:99999/a"

# The name of the file is the last part of the address, however many slashes follow it.
builtins.fetchurl "http://"

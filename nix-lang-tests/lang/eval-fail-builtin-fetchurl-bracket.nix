# A literal address of a host ends in a bracket.
builtins.fetchurl "http://[::1/a"

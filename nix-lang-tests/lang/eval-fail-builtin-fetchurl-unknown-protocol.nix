# Nothing transfers what has a protocol that nobody knows.
builtins.fetchurl "Unknown://host/a"

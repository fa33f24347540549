# fetchurl needs a URL or a set.
builtins.fetchurl 1

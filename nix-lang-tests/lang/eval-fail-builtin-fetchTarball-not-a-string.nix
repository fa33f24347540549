# fetchTarball needs a URL or a set.
builtins.fetchTarball null

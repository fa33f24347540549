# fetchTarball needs a url.
builtins.fetchTarball { name = "x"; }

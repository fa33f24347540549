# fetchGit needs a URL or a set.
builtins.fetchGit [ ]

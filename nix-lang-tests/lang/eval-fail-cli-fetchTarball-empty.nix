# An empty file is an archive of nothing: the store refuses what is in it.
builtins.fetchTarball "file://${toString ./fetched-empty.tar.gz}"

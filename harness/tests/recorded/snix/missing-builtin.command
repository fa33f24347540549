snix --no-warnings --expr=builtins.fetchGit

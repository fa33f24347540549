# fetchGit refuses an attribute that it does not know.
builtins.fetchGit { url = "file:///nonexistent"; colour = "blue"; }

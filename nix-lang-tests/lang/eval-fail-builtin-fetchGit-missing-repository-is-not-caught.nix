# `tryEval` does not catch that a repository is missing, whose path is shown as it was written.
builtins.tryEval (builtins.fetchGit "/thunkproof/../missing/./repository")

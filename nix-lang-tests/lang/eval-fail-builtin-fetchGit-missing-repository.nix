# A repository of this machine that is not there.
builtins.fetchGit { url = "/thunkproof/missing"; ref = "main"; }

# What is no address is none before anything is fetched.
builtins.fetchTarball "nowhere"

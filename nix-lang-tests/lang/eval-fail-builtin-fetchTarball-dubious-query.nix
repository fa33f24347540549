# An address is read as often as it is needed, and warned of each time.
builtins.fetchTarball "http://:1/?b"

# A file is fetched from the address as it is written.
builtins.fetchTree { type = "file"; url = "file:nowhere"; }

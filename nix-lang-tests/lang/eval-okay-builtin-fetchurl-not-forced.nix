# The fetchers do nothing until they are forced.
builtins.length [ (builtins.fetchurl "http://example.org/x") (builtins.fetchTarball "http://example.org/x") (builtins.fetchGit "http://example.org/x") (builtins.fetchTree { }) (builtins.fetchMercurial "http://example.org/x") (builtins.getFlake "x") ]

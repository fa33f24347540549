# fetchMercurial refuses an attribute that it does not know.
builtins.fetchMercurial { url = "http://example.org"; colour = 1; }

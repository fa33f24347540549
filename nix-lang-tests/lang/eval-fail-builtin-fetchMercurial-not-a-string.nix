# fetchMercurial needs a URL or a set.
builtins.fetchMercurial (x: x)

"dir3/package"

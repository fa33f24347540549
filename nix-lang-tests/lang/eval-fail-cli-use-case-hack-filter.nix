# A filter is asked about the name in the archive, which need not be there.
builtins.filterSource (path: type: builtins.trace type true) ./case-hack

# filterSource of a folder that is not there.
builtins.filterSource (path: type: true) ./no-such-folder

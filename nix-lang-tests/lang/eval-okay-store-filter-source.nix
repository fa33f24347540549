# filterSource leaves folders out.
builtins.readDir (builtins.filterSource (p: t: t != "directory") ./store-folder)

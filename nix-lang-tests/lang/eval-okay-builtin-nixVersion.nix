# The version is one that compares as newer than an old one.
builtins.compareVersions builtins.nixVersion "2.3" > 0

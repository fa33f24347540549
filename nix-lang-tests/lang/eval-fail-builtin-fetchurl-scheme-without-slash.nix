# What stands before a colon without a slash behind it is a host.
builtins.fetchurl "path:nowhere"

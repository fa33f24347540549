builtins.fetchurl "s3://user@a"

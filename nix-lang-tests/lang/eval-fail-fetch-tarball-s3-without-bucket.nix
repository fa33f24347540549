builtins.fetchTarball "s3://:1/b"

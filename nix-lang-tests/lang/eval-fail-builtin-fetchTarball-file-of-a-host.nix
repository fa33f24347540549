# An archive on another host is no file.
builtins.fetchTarball { url = "file://localhost/a.tar.gz"; }

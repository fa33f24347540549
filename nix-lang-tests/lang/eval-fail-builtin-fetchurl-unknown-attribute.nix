# fetchurl refuses an attribute that it does not know.
builtins.fetchurl { url = "http://example.org/x"; checksum = "y"; }

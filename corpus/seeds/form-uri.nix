# URIs are strings.
[ http://example.org/a?b=c&d=%20~x scheme:x a+b.c-d:e,f:g mailto:x@y.z x:y ]

# Null is null only as a value.
[ (isNull null) (isNull "null") (null == null) (builtins.typeOf null) (toString null) ]

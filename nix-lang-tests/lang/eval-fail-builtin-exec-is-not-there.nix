# There is no exec without the setting for it.
builtins.exec [ "true" ]

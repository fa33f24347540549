# toXML of a string that is not UTF-8.
builtins.toXML "aÿ<"

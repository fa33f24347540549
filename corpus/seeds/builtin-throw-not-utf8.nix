# A message that is not UTF-8.
throw "bad byte: ÿ"

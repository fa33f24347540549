# A message of several lines.
throw ''
  first
    second
  third''

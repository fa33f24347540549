# `or` does not catch a failure in what it selects from.
{ a = throw "inside"; }.a or 1

# Two attributes fail: the one that has the name of a builtin is reported.
{
  alpha = throw "alpha";
  toString = throw "toString";
}

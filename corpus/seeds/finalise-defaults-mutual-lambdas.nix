# Two defaults are lambdas that call each other.
(
  {
    even ? n: n == 0 || odd (n - 1),
    odd ? n: n != 0 && even (n - 1),
  }:
  [ (even 4) (odd 4) ]
) { }

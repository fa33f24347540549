# A rec set inside a rec set captures later siblings of both levels.
rec {
  inner = rec {
    a = b + c;
    b = c * 10;
  };
  c = 4;
}

# Closures in the old let, one nested in the other.
let {
  body = f 3;
  f = x: let { body = x + y + z; y = 10; };
  z = 100;
}

# The old `let { … }` form is recursive and gives its body attribute.
let {
  body = f 2;
  f = x: x * later;
  later = 21;
}

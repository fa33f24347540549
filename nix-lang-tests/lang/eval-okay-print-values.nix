# How values of every type print.
{ i = -1; f = 1.5; b = [ true false ]; n = null; s = "a\"b\\c\nd\te\${f}"; p = /a/b; l = [ ]; e = { }; fn = x: x; prim = map; app = map (x: x); drv = derivation { name = "x"; system = "s"; builder = "b"; }; }

snix --no-warnings --strict --expr={ b = [ 1 (1 + 1) ]; a = x: x; c = builtins.map; d = 1.5; e = null; f = /a/b; }

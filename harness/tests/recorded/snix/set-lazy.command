snix --no-warnings --expr={ b = [ 1 (1 + 1) ]; a = 1 + 1; }

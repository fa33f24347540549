snix --no-warnings --strict --expr=rec { __overrides = { a = 1; }; b = a; a = 2; }

# --debug tells of attributes that are looked at for derivations.
{ b = derivation { name = "a"; builder = "b"; system = "c"; }; "1 2" = throw "no name"; a.c = 1; }

snix --no-warnings --expr=derivation { name = "a"; builder = "b"; system = "c"; }

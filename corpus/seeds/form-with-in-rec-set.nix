# A rec set's attributes win over a with around it and inside it.
with { a = "with"; z = "z"; };
rec { a = "rec"; b = a; c = with { a = "inner"; }; [ a z ]; }

# Literals are values in their slots.
{ a = 1; b = 1.5; c = "s"; d = ./x + "y"; e = [ ]; f = { }; g = null; h = true; i = -1; j = "x${"y"}"; }

# Under a with, an unknown name is looked up at run time.
with { }; unknown

# A parameter that is none is warned of.
1

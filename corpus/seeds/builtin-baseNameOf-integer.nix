# baseNameOf does not coerce an integer.
baseNameOf 1

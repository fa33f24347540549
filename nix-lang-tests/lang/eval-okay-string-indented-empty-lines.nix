# Empty lines, and lines with fewer blanks than the indentation, do not count for it.
''
    a

  
    b
''

# __curPos is the place where it stands; the file, line and column.
[
  __curPos.line
    __curPos.column
  (baseNameOf __curPos.file)
]

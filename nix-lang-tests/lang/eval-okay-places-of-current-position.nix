# What follows `__curPos` has a place of its own, which is not the one that is asked for.
{
  updated = (
    __curPos
    // {
      file = null;
    }
  );
  listed = map (place: place.column) [
    __curPos
    (
      __curPos
    )
  ];
  selected = (
    __curPos
  ).line;
  concatenated = toString __curPos.line + "-"
    + toString __curPos.column;
}

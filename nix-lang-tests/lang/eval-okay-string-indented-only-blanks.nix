# Indented strings of blanks only.
[ '''' ''   '' ''
'' ''

'' ''
  
  '' ]

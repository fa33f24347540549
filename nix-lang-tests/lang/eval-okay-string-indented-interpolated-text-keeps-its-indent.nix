# Indentation inside an interpolated string is left alone.
let
  inner = ''
    first
      second
  '';
in
''
  begin
    ${inner}
  end
''

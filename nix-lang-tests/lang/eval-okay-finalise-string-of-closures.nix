# Interpolations that call later closures.
let
  page = title: ''
    <${tag title}>
      ${body}
    </${tag title}>
  '';
  tag = t: "${prefix}-${t}";
  body = tag "body";
  prefix = "x";
in
page "main"

# A rec set whose attribute name is computed from that attribute.
rec {
  ${a} = 1;
  a = builtins.head (builtins.attrNames s);
  s = rec { ${x} = 1; x = y; y = x; };
}

# inherit takes no interpolated names.
a: { inherit (a) ${a}; }

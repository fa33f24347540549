# compareVersions: components, pre, missing ones, letters against digits.
map ({ a, b }: builtins.compareVersions a b) [
  { a = "1.0"; b = "1.0"; } { a = "1.0"; b = "1.1"; } { a = "1.10"; b = "1.9"; } { a = "1.0"; b = "1.0.0"; }
  { a = "1.0pre1"; b = "1.0"; } { a = "1.0a"; b = "1.0"; } { a = "1.0"; b = "1.0a"; } { a = "a"; b = "1"; }
  { a = "1.0-1"; b = "1.0.1"; } { a = ""; b = ""; } { a = ""; b = "1"; } { a = "1.02"; b = "1.2"; } { a = "2.3pre1"; b = "2.3q"; } { a = "pre"; b = "a"; }
]

# Sorting by compareVersions.
builtins.sort (a: b: builtins.compareVersions a b < 0) [ "1.10" "1.9" "1.0" "1.0pre2" "1.0pre10" "1.0a" "1" "2.0" "" "1.0-2" "1.0.0" ]

# parseDrvName splits at the first dash before something that is no letter.
map builtins.parseDrvName [ "hello-1.2.3" "hello" "a-b-c" "a-1-b-2" "x-" "-1" "" "nix-2.34pre1" "lib-2a" "a--1" ]

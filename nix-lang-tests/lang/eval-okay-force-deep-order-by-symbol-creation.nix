# Strict evaluation goes in the order in which the names first appear in the program.
let
  t = builtins.trace;
in
{
  zebra = t "zebra" 1;
  apple = t "apple" 2;
  middle = {
    yak = t "middle.yak" 3;
    bee = t "middle.bee" 4;
  };
}

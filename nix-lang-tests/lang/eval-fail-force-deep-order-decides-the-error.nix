# Two attributes fail: the one whose name appeared first in the program is reported.
{
  zulu = throw "zulu";
  alpha = throw "alpha";
}

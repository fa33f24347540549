# A set on its second line.
{
  a = 1;
}

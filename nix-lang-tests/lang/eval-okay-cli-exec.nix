# What a program prints is an expression, relative to the root folder.
{
  value = builtins.exec [ "echo" "{ a = 1 + 1; b = ./x; }" ];
  words = builtins.exec [ "sh" "-c" "echo \"\\\"$TEST_VAR $1\\\"\"" "sh" "one" ];
  position = builtins.exec [ "echo" "__curPos" ];
  is-there = builtins ? exec && builtins ? importNative;
}

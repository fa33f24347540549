snix --no-warnings --expr="a\"b\\c\n${toString 1}"

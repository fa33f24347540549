snix --no-warnings --raw --expr="a\"b\n"

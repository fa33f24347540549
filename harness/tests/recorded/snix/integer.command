snix --no-warnings --expr=1 + 1

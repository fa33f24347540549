snix --no-warnings --expr=-1

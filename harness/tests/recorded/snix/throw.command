snix --no-warnings --expr=throw "thrown"

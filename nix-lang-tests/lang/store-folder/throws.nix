throw "from the store"

# fetchClosure says what is missing before it looks at any store
builtins.fetchClosure { fromStore = "https://cache.example.org"; }

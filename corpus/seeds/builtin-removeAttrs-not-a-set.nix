# removeAttrs needs a set.
removeAttrs [ ] [ "a" ]

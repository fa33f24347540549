# A vertical tab and a form feed are no blanks.
1+2

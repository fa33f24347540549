# An inherited attribute that the source lacks fails on use, with a suggestion.
{ inherit ({ apple = 1; }) aple; }

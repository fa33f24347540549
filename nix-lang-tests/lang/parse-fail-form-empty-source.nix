# A source of comments only.
/* nothing */

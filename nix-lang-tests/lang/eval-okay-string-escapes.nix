# Every escape of a double-quoted string; an unknown escape gives the character.
"tab\tnewline\nreturn\rquote\"backslash\\dollar\${x}other\a\q\u"

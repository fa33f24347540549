# import of a file with a syntax error shows that file.
import ./data-syntax-error.txt

# Formals shadow what is always there.
({ true, import ? true }: [ true import ]) { true = 0; }

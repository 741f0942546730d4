"""The live law: what the rulebook says of a command's items, with a number of statements independent of their number."""

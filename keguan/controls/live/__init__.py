"""The live law: what the rulebook says of a command's items, in a number of statements independent of theirs."""

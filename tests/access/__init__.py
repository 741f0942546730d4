"""Rights, tried for everybody at every door."""

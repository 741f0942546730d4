"""Records of any type read from a sheet: what its columns mean, a preview, and a run that can be left and stopped."""

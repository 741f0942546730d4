"""Lists that people work with: acts on many records at once, what is taken home as a sheet, saved views."""

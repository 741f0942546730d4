"""REST generated from the declarations; holds no rule of its own."""

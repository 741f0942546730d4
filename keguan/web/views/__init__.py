"""Pages: parse, one command or query, render. Views decide nothing."""

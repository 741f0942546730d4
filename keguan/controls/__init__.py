"""The engines: one module per kind of control, with the grammar of conditions, terms and people."""

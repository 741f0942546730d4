"""Mutants of controls: small changes to their parsed forms, each of which some scenario should notice. Runs nothing."""

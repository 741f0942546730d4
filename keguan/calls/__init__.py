"""Phone calls: who sits at which extension, what rang there, whose number it was and what became of it."""

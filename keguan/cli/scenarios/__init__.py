"""Running the scenarios of packs through the gate, at their own times, leaving nothing behind."""

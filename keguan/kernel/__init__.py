"""Commands, journal, clock, records, files, number series. Knows no domain; holds the protocols that others fulfil."""

"""The product as a user has it: real processes, a real browser, a real server. Nothing is reached but by its doors."""

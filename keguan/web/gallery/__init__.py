"""All parts and pages in all states, with invented data: for the eye, for the docs and for the browser tests."""

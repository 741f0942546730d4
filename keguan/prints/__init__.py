"""Forms on paper: any record as the company's form, in as many copies as the policy names, each for who keeps it.

Reads what the viewer may see and draws it; writes nothing.
"""

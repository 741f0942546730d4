"""Benchmarks: what the product costs beside the plainest way to the same result, measured in turn in one run."""

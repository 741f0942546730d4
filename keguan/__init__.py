"""Keguan (客管): customer management and customer service that runs a company's written policies."""

__version__ = "0.1.0"

"""Complaints, consultations and suggestions of customers, from taking them in to closing them."""

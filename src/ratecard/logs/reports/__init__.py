"""Reported usage in logs: the flavors' rows as engine expressions."""

"""Reported usage in logs: rows that hold responses, read in batches by the one reader of responses."""

"""Bills of a few rows in Python alone, by the same columns, strata and prices as on an engine."""

"""What a usage costs: which rates apply, and the lines they make."""

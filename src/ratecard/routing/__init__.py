"""Which offer answers a call: needs, candidates, ranking, relaxation and fallbacks."""

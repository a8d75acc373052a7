"""Before the call: what a request needs and what it will cost."""

"""After the call: what a response reports as used, and what that costs."""

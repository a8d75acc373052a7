"""An open catalog of AI models and what they cost."""

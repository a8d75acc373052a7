"""Other projects' price lists as claims: lossless, or loud about what is not taken."""

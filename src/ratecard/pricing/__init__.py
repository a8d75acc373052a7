"""The cost of a usage: the rates that apply and the lines they make."""

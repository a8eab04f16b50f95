"""The commands of `python -m ml`, a module each: its options and what it does."""

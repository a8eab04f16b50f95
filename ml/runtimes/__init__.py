"""Ways to run a model, one a file."""

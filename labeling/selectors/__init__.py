"""All reads: who may see what, and the shapes of what they see."""

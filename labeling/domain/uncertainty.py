"""How unsure a model is of an object: its own estimate, and how far the mask moves when the clicks do."""


def uncertainty(*, score: float, spread: float) -> float:
    """Return 0 for sure to 1 for not at all; `score` is the estimated, `1 - spread` the seen overlap."""
    return 1.0 - max(min(score, 1.0), 0.0) * (1.0 - max(min(spread, 1.0), 0.0))

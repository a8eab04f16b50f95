"""Who may do what in a project."""

ADMIN, REVIEWER, ANNOTATOR, VIEWER = "admin", "reviewer", "annotator", "viewer"

PERMITTED: dict[str, frozenset[str]] = {
    "view": frozenset({ADMIN, REVIEWER, ANNOTATOR, VIEWER}),
    "annotate": frozenset({ADMIN, REVIEWER, ANNOTATOR}),
    "comment": frozenset({ADMIN, REVIEWER, ANNOTATOR}),
    "review": frozenset({ADMIN, REVIEWER}),
    "manage": frozenset({ADMIN}),
}

NEEDED = {
    "view": "Ask an admin of the project to add you.",
    "annotate": "Viewers cannot label. Ask an admin of the project for the role annotator.",
    "comment": "Viewers read comments. Ask an admin of the project for the role annotator to write some.",
    "review": "Only reviewers and admins decide on tasks. Ask an admin of the project for the role reviewer.",
    "manage": "Only admins of the project can do this.",
}


def role_permits(role: str, action: str) -> bool:
    """Return whether `role` may do `action` (view, annotate, comment, review, manage)."""
    return role in PERMITTED[action]

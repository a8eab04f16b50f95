"""All writes. Each is one transaction: the row, the audit entry, the events on commit."""

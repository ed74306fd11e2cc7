"""Rows of the parity tier that do not hold the bar, each with its cause; a cause excuses nothing where the row passes."""

EXCEPTIONS: dict[tuple[str, str], str] = {}

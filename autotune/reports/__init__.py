"""Plans, jobs and comparisons as text and HTML."""

"""The plan: what is tuned, how and why; what the user set; the schema of plan files."""

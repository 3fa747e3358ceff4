"""Early stopping: the rules that end trials early, one a file, and when a job is complete."""

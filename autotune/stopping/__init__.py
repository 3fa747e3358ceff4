"""Early stopping: the rules that end trials early, one object each on every engine, and when a job is complete."""

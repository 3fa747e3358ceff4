"""Learning knowledge: runs and records jobs on many tasks, and writes the results to entries."""

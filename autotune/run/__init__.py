"""Run: the only part that touches the world: worker processes, the loop of a job, progress."""

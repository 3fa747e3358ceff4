"""Learning knowledge: jobs on many tasks are run and recorded, and what they show is written into the entries."""

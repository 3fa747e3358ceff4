"""A user's ranges against autotune's: both plans, both jobs for each seed, and the verdict."""

"""A user's ranges against autotune's on the user's data: the two plans, the jobs of both, and what they come to."""

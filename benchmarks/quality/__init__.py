"""Quality: how good a configuration each method finds in so many trials, on many problems."""

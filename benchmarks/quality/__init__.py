"""Quality: how good a configuration each method has found after so many trials, on many problems."""

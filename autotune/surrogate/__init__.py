"""The surrogate model: a Gaussian process, and configurations as its features."""

"""Worker processes: the pool, the worker's code, the running trial, and child processes."""

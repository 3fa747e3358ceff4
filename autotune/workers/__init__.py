"""Worker processes: the pool, the worker's own code, what a trial may ask, what it leaves behind."""

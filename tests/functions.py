"""Functions that jobs of the tests tune; each worker imports this file, so that it is light."""

import time


def quick(x=1.0, k=3):
    """Return something whose maximum is known."""
    return -((x - 2) ** 2) - k


def slow(x=1.0, k=3):
    """Take a fifth of a second."""
    time.sleep(0.2)
    return quick(x, k)

"""One seed for a job, and from it one for each trial, which depends on its number only."""

import hashlib

SAMPLER = "sampler"


def trial_seed(seed: int, number: int, purpose: str = "estimator") -> int:
    """Return the seed of one trial: for its ``random_state``, or for the sampler that draws it.

    It depends on nothing else, so an interrupted trial is tried again as it was, by any worker, in
    any session.

    >>> trial_seed(0, 3) == trial_seed(0, 3) != trial_seed(0, 4)
    True
    """
    digest = hashlib.blake2b(f"{purpose}:{seed}:{number}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")

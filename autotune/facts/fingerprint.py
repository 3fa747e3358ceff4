"""A short text that is equal for equal X, y, groups and weights, whichever process reads them."""

import hashlib
from typing import Any

from autotune.facts.types import Table


def fingerprint(*parts: Any) -> str:
    """Return the hash of data frames, arrays, sparse matrices, lists or None, in their order."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        for chunk in _chunks(part):
            digest.update(chunk)
        digest.update(b"|")
    return digest.hexdigest()


def _chunks(data: Table) -> list[Any]:
    import numpy as np

    if data is None:
        return [b"none"]
    if hasattr(data, "iloc"):
        return _frame(data)
    if hasattr(data, "toarray"):
        rows = data.tocsr()
        return [
            repr(rows.shape).encode(),
            rows.data.tobytes(),
            rows.indices.tobytes(),
            rows.indptr.tobytes(),
        ]
    array = np.asarray(data)
    if array.dtype.kind == "O":
        return [repr(array.tolist()).encode()]
    return [repr((array.shape, array.dtype.str)).encode(), np.ascontiguousarray(array).tobytes()]


def _frame(data: Table) -> list[Any]:
    from pandas.util import hash_pandas_object

    names = list(data.columns) if hasattr(data, "columns") else [data.name]
    return [repr(names).encode(), hash_pandas_object(data, index=False).to_numpy().tobytes()]

"""Names for what libraries without types hand over: estimators, tables, targets and the like.

They are ``Any`` to the type checker, since scikit-learn, pandas and NumPy share no types that all
accept; the names say what is expected.
"""

from typing import Any, TypeAlias

Estimator: TypeAlias = Any
"""An object with ``fit``, ``get_params`` and ``set_params``, of any library."""

Tunable: TypeAlias = Any
"""What can be tuned: an estimator, several of them, a function, a script, or a name."""

Table: TypeAlias = Any
"""X: an array, a data frame, a sparse matrix, or a list of rows or texts."""

Column: TypeAlias = Any
"""One value for each row, as y, groups and weights have; or None. y may have several."""

AnyArray: TypeAlias = Any
"""A NumPy array."""

Splits: TypeAlias = Any
"""How rows are split: a number of folds, a splitter of scikit-learn, or pairs of row numbers."""

Scorer: TypeAlias = Any
"""A metric of scikit-learn: its name, a scorer, or a function of estimator, X and y."""

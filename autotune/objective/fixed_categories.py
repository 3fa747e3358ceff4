"""Columns of categories with the categories of the fit, for estimators that refuse new ones."""

from typing import Any, Self

from sklearn.base import BaseEstimator, TransformerMixin

from autotune.facts.types import Column, Table


class FixedCategories(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keeps the categories of the fit in each column of them; a new one is a missing value.

    ``categories_`` has them by the columns' names.
    """

    def fit(self, X: Table, y: Column = None) -> Self:
        """Note the categories of each column that has some."""
        used = X.select_dtypes("category").apply(lambda c: c.cat.remove_unused_categories())
        self.categories_ = {name: used[name].cat.categories for name in used.columns}
        return self

    def transform(self, X: Table) -> Any:
        """Return a frame with these categories alone."""
        return X.assign(
            **{name: X[name].cat.set_categories(kept) for name, kept in self.categories_.items()}
        )

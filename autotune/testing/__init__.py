"""The checks that an engine's adapter must pass; docs/engines.md is the guide for authors.

    from autotune.testing import CHECKS

    @pytest.mark.parametrize("check", CHECKS, ids=str)
    def test_the_adapter_conforms(check):
        check("my-engine")

Each check is called with the engine's name, and raises AssertionError with what was expected, what
was got, and where to look. Those named ``job_…`` run whole jobs, of a few seconds each; the others
drive the engine's search alone. A check of what the engine does not declare in its capabilities
does nothing: autotune refuses such plans.
"""

from autotune.testing.checks import CHECKS
from autotune.testing.domains import DOMAINS, check_values
from autotune.testing.expectation import Check

__all__ = ["CHECKS", "DOMAINS", "Check", "check_values"]

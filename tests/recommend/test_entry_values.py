"""A library's default that means "not used" is no value of a range."""

from sklearn.linear_model import SGDClassifier

from autotune import autotune


class Earlier(SGDClassifier):
    """As scikit-learn before 1.8 had it: 0.0 stood for an eta0 that is not used."""

    def __init__(self, learning_rate="optimal", eta0=0.0):
        super().__init__(learning_rate=learning_rate, eta0=eta0)


def test_a_default_outside_the_bounds_does_not_widen_the_range():
    plan = autotune(Earlier(), effort="all")
    assert plan.ranges["eta0"].value.low > 0
    assert "eta0" not in plan["initial_trials"][0]


def test_a_default_inside_the_bounds_is_a_value_of_the_range():
    plan = autotune(SGDClassifier(learning_rate="constant", eta0=0.5), effort="all")
    assert plan.ranges["eta0"].value.contains(0.5)

"""What a plan says besides its ranges and settings, a plain line each."""

from autotune.plan.spec import NOT_INSTALLED, PlanSpec

ENCODED = (
    "Class labels: numbered 0, 1, 2, … around the estimator, which takes no others; scores and "
    "predictions are in the data's own labels."
)


def plan_notes(plan: PlanSpec) -> list[str]:
    """Return lines on what is not installed, on labels, and the notes of the knowledge entries."""
    lines = []
    if missing := plan.facts.get(NOT_INSTALLED):
        lines.append(
            f"{missing} is not installed here, so this plan follows the knowledge of"
            f" {plan.estimator} alone. Install it to run the plan, or give"
            " plan.run(objective=…)."
        )
    if plan.trial_setup.labels_from_zero and not plan.facts.get("labels_from_zero", True):
        lines.append(ENCODED)
    return [*lines, *plan.notes]

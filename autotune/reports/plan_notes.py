"""What a plan says besides its ranges and settings, a plain line each."""

from autotune.plan.spec import NOT_INSTALLED, PlanSpec

ENCODED = (
    "Class labels: numbered 0, 1, 2, … around the estimator, which takes no others; scores and "
    "predictions are in the data's own labels."
)


def plan_notes(plan: PlanSpec) -> list[str]:
    """Return lines on what is not installed, on labels, and all warnings."""
    return [*setup_notes(plan), *plan.notes]


def first_warning(plan: PlanSpec) -> str:
    """Return the most important warning, and how many more there are; empty if none."""
    if not plan.notes:
        return ""
    more = f" And {len(plan.notes) - 1} more: plan.notes." if len(plan.notes) > 1 else ""
    return plan.notes[0] + more


def setup_notes(plan: PlanSpec) -> list[str]:
    """Return lines on what is not installed and on labels."""
    lines = []
    if missing := plan.facts.get(NOT_INSTALLED):
        lines.append(
            f"{missing} is not installed here, so this plan follows the knowledge of"
            f" {plan.estimator} alone. Install it to run the plan, or give"
            " plan.run(objective=…)."
        )
    if plan.trial_setup.labels_from_zero and not plan.facts.get("labels_from_zero", True):
        lines.append(ENCODED)
    return lines

"""What the setting ``completion`` leaves open: the tolerance of its criteria."""

from dataclasses import replace

from autotune.plan.choices import Setting

# SageMaker: a job that improves the best by less than 1 % does not improve it, and a search has
# converged where more than that is unlikely.
TOLERANCE = 0.01
RELATIVE = ("no_improvement", "convergence")


def with_tolerance(setting: Setting) -> Setting:
    """Return the criteria with the tolerance that they need and lack, and say so."""
    criteria = setting.value or {}
    if "tolerance" in criteria or not any(name in criteria for name in RELATIVE):
        return setting
    why = (
        f"tolerance={TOLERANCE:g}, as SageMaker has it: a gain below {TOLERANCE:.0%} of the value"
        " counts as none; tolerance=0 counts every gain."
    )
    return replace(setting, value={**criteria, "tolerance": TOLERANCE}).changed(why)

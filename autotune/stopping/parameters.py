"""The settings early_stopping and fidelity as people write them, brought to one form."""

from collections.abc import Mapping

from autotune.errors import SettingError, did_you_mean
from autotune.stopping.catalog import RULES
from autotune.stopping.declaration import Parameter, Parameters

RULE_EXAMPLE = "{'rule': 'NAME', 'PARAMETER': VALUE}"
FIDELITY_EXAMPLE = "{'name': 'epochs', 'min': 1, 'max': 81}"
FIDELITY_KEYS = ("name", "min", "max")
BUDGET = Parameter(None, 1)


def check_rule(name: str, value: object) -> Parameters | None:
    """Bring a rule's name, or a mapping with its parameters, to a mapping of all of them.

    Raises:
        SettingError: naming what must hold, with the nearest names.
    """
    if value is None:
        return None
    setting = {"rule": value} if isinstance(value, str) else value
    if not isinstance(setting, Mapping) or not isinstance(setting.get("rule"), str):
        raise SettingError(
            f"{name!r} must be a rule's name, a mapping such as {RULE_EXAMPLE}, or None",
            f"The rules are {', '.join(RULES)}.",
            name=name,
            value=value,
        )
    rule = str(setting["rule"])
    if rule not in RULES:
        raise SettingError(
            f"{name!r} must be one of {', '.join(RULES)} or None",
            did_you_mean(rule, RULES, 0),
            name=name,
            value=rule,
        )
    declaration = RULES[rule]
    for key in setting:
        if key != "rule" and key not in declaration.parameters:
            raise SettingError(
                f"{name}: {key!r} is no parameter of {rule!r}",
                did_you_mean(str(key), declaration.parameters),
                name=f"{name}.{key}",
            )
    checked: Parameters = {
        n: parameter.check(f"{name}.{n}", setting.get(n, parameter.default))
        for n, parameter in declaration.parameters.items()
    }
    return {"rule": rule, **declaration.check(name, checked)}


def check_fidelity(name: str, value: object) -> dict[str, object] | None:
    """Bring the budget's name, or a mapping of it with min and max, to a mapping.

    Raises:
        SettingError: naming what must hold.
    """
    if value is None:
        return None
    setting = {"name": value} if isinstance(value, str) else value
    if not isinstance(setting, Mapping) or not isinstance(setting.get("name"), str):
        raise SettingError(
            f"{name!r} must be a hyperparameter's name, a mapping such as {FIDELITY_EXAMPLE},"
            " or None",
            name=name,
            value=value,
        )
    for key in setting:
        if key not in FIDELITY_KEYS:
            raise SettingError(
                f"{name}: {key!r} must be name, min or max",
                did_you_mean(str(key), FIDELITY_KEYS),
                name=f"{name}.{key}",
            )
    low = BUDGET.check(f"{name}.min", setting.get("min"))
    high = BUDGET.check(f"{name}.max", setting.get("max"))
    if low is not None and high is not None and low >= high:
        raise SettingError(
            f"{name}: min < max must hold", name=name, value=setting, got=f"min={low}, max={high}"
        )
    return {"name": setting["name"], "min": low, "max": high}

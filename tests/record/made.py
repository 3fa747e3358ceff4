"""Jobs written to a store without any process, for tests of what a record tells."""

from optuna.trial import TrialState, create_trial

from autotune import Job
from autotune.record.creation import RECORD, STATE
from autotune.record.distributions import distributions
from autotune.record.environment import now
from autotune.record.store import open_store
from autotune.record.trial import DETAILS
from autotune.space.parameters import encode


def made_job(plan, trials, name="made", *, status="completed", created=None, storage=None):
    """Return a job whose trials are pairs of hyperparameters and a value, or with details too."""
    store = open_store(storage)
    environment = {"created": created or now(), "data": None}
    record = {"schema": 1, "id": name, "engine": "optuna", "plan": plan.describe()}
    attributes = {
        RECORD: {**record, "environment": environment},
        STATE: {"status": status, "session": 1, "seconds": 1.0, "ended": now()},
    }
    study, lease = store.begin(name, attributes, plan.direction, lambda: None)
    known = distributions(plan)
    for params, value, *details in trials:
        encoded = encode(plan.space, params)
        study.add_trial(
            create_trial(
                state=TrialState.FAIL if value is None else TrialState.COMPLETE,
                value=value,
                params=dict(encoded),
                distributions={name: known[name] for name in encoded},
                user_attrs={DETAILS: {"status": "finished", **details[0]}} if details else {},
            )
        )
    lease.release()
    return Job.load(name, storage)

"""The names that programs use for their own: nothing that they import may be called so."""

import builtins

_OWN = """
SEED STUDY METRIC DIRECTION MAX_TRIALS MAX_RUNTIME COMPLETION RULE FOLDS THREAD_NAMES SEED_NAMES ESTIMATOR ESTIMATORS SPACE
FIRST NAMES KNOWN SCORES ENDED define is_allowed prepare evaluate objective train metric_of make_sampler allows
every_configuration suggester suggest run_trial optimize stop_when_done is_done storage_at completion values
suggest_trial Done ray main load X y a b best call data ended error every estimator failed first found
frame got kind known left mean name one options own p params parser path place report result score scores sampler
search seed settings step storage study target text trial trials tuner value values optuna np pd os ray random math
warnings argparse
"""
NAMES = frozenset(_OWN.split()) | frozenset(dir(builtins))

"""A plan as a stand-alone Optuna program."""

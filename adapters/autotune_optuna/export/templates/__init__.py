"""The parts of exported Optuna programs that are the same in every program, as code."""

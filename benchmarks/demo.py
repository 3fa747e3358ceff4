"""The main job on a real dataset: tune a random forest on scikit-learn's digits.

It follows SageMaker's article on tuning.
"""

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

from autotune import autotune
from autotune.reports.job import gain_line


def main() -> None:
    X, y = load_digits(return_X_y=True)
    plan = autotune(RandomForestClassifier(), X, y)
    print(plan)
    print(f"\nRunning {plan['max_trials']} trials on {len(y)} handwritten digits …", flush=True)
    job = plan.run(X, y, progress=True)
    print(job)
    print(f"\nBest {plan['metric']}: {job.best_score:.4f} with {job.best_params}")
    print(f"Gain: {gain_line(job)}")
    print(f"Job: {job.name}   See it again: .venv/bin/autotune describe {job.name}")


if __name__ == "__main__":
    main()

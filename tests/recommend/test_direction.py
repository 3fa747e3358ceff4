"""Whether a function's metric is better when higher or lower, by its name."""

import pytest

from autotune import autotune

LOWER = [
    *("cross_entropy", "crossEntropy", "valCrossEntropy", "val/bce", "ce", "test_ce", "brier"),
    *("brier_score", "deviance", "train_seconds", "seconds", "bpb", "val_bpc", "wasserstein"),
    *("inference_time", "kl_divergence", "mlogloss", "edit_distance", "valLoss", "nll", "latency"),
    *("wer", "cer", "fid", "ppl", "error_rate"),
]
HIGHER = ["accuracy", "val_acc", "f1", "iou", "dice", "psnr", "neg_cross_entropy", "face", "pace"]


def train(lr=0.1):
    return lr


@pytest.mark.parametrize(
    ("metric", "mode"),
    [*((name, "min") for name in LOWER), *((name, "max") for name in HIGHER)],
)
def test_the_direction_follows_from_the_name(metric, mode):
    assert autotune(train, metric=metric)["mode"] == mode


def test_the_users_mode_wins():
    assert autotune(train, metric="brier", mode="max")["mode"] == "max"

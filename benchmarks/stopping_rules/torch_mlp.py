"""A multilayer perceptron in PyTorch as LCBench trains it, tuned over the same space.

LCBench is by Zimmer, Lindauer and Hutter (2021).

A funnel of layers with dropout, stochastic gradient descent with momentum, and a learning rate that
falls by a cosine.
"""

from itertools import pairwise
from typing import Any

import numpy as np


def network(columns: int, classes: int, params: dict[str, Any]) -> Any:
    """Return a funnel from ``max_units`` down to the classes; dropout falls with the width."""
    from torch import nn

    widths = (
        np.linspace(params["max_units"], classes, params["num_layers"] + 1)
        .astype(int)
        .tolist()[:-1]
    )
    layers: list[Any] = []
    for before, width in pairwise([columns, *widths]):
        layers += [
            nn.Linear(before, width),
            nn.ReLU(),
            nn.Dropout(params["max_dropout"] * width / params["max_units"]),
        ]
    return nn.Sequential(*layers, nn.Linear(widths[-1], classes))


def curve(parts: list[np.ndarray], params: dict[str, Any], seed: int, epochs: int) -> list[float]:
    """Return the accuracy in percent after each epoch."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(seed)
    X, X_test = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])
    y, y_test = (torch.tensor(part) for part in parts[2:])
    model = network(X.shape[1], int(y.max()) + 1, params)
    names = {"learning_rate": "lr", "momentum": "momentum", "weight_decay": "weight_decay"}
    descent = torch.optim.SGD(
        model.parameters(), **{names[n]: v for n, v in params.items() if n in names}
    )
    falling, found = torch.optim.lr_scheduler.CosineAnnealingLR(descent, epochs), []
    for _ in range(epochs):
        model.train()
        for rows in torch.randperm(len(X)).split(params["batch_size"]):
            descent.zero_grad()
            torch.nn.functional.cross_entropy(model(X[rows]), y[rows]).backward()
            descent.step()
        falling.step()
        model.eval()
        with torch.no_grad():
            found.append(100 * float((model(X_test).argmax(1) == y_test).float().mean()))
    return found

"""Packages hidden from a Python and all the processes it starts, as if they were not installed."""

import os

CUSTOMIZE = """
import sys


class Hidden:
    names = {names!r}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Hidden())
"""


def environment_without(names, folder):
    """Return environment variables under which Python finds none of the top-level modules."""
    site = folder / "hidden"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(CUSTOMIZE.format(names=set(names)))
    path = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}

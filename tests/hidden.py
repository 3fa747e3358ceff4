"""Packages hidden from a Python and all the processes it starts, as if they were not installed."""

import os

CUSTOMIZE = """
import sys
from importlib.machinery import PathFinder


class Hidden:
    names = {names!r}

    def find_spec(self, name, path=None, target=None):
        if path is not None or name not in self.names:
            return None
        # A library may bring a module of the same name in a folder of its own, as Ray does.
        elsewhere = [folder for folder in sys.path if not folder.endswith("site-packages")]
        spec = PathFinder.find_spec(name, elsewhere)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        return spec


sys.meta_path.insert(0, Hidden())
"""


def environment_without(names, folder):
    """Return environment variables under which Python finds none of the top-level modules."""
    site = folder / "hidden"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(CUSTOMIZE.format(names=set(names)))
    path = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}

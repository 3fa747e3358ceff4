"""autotune's adapter to Ray: trials on a Ray cluster, configurations from Ray Tune's searchers."""

from importlib.util import find_spec

if find_spec("ray") is None:
    raise ImportError(
        "autotune_ray needs Ray, which is not installed (pip install 'autotune-hpo[ray]')"
    )

from autotune_ray.adapter import RayAdapter

__all__ = ["RayAdapter"]

"""autotune's adapter to Ray: trials on a Ray cluster, configurations from Ray Tune's searchers."""

from autotune_ray.adapter import RayAdapter

__all__ = ["RayAdapter"]

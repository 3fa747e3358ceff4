"""Learning: what recorded jobs showed, as scored starting configurations in a knowledge entry."""

from autotune.learn.cost import powers_of
from autotune.learn.effects import Effects, effects_of
from autotune.learn.entry_text import learned_files, recorded_effects, write_files
from autotune.learn.folder import learn_folder
from autotune.learn.history import History, histories_of, values_of
from autotune.learn.overlay import overlay
from autotune.learn.portfolio import Scored, scored
from autotune.learn.surface import Surface, space_of, surface_of

__all__ = [
    "Effects",
    "History",
    "Scored",
    "Surface",
    "effects_of",
    "histories_of",
    "learn_folder",
    "learned_files",
    "overlay",
    "powers_of",
    "recorded_effects",
    "scored",
    "space_of",
    "surface_of",
    "values_of",
    "write_files",
]

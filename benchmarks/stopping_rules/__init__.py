"""Rules that end trials early: calibrating autotune's own, and what each saves and loses, replayed, in the loop, in real training."""

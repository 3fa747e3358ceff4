"""Rules that end trials early: teaching autotune's own, and what each saves and loses, replayed and in the loop."""

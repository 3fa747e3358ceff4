"""Rules that end trials early: learns autotune's own, and measures what each saves and loses.

They are measured in replays and in the loop.
"""

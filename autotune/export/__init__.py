"""A plan to take elsewhere: a program without autotune, a configuration, or distributions."""

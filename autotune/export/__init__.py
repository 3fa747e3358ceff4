"""A plan as something to take elsewhere: a program that needs no autotune, a configuration, scikit-learn's distributions."""

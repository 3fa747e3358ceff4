"""A plan as a stand-alone program for Ray Tune."""

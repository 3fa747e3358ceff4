"""The parts of exported Ray programs that are the same in every program, as code."""

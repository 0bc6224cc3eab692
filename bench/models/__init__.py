"""Scores and speed of the models, on labelled material from packages and on material that is made."""

"""From the camera card to the people who decide."""

VERSION = "0.1.0"

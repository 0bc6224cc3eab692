"""Which Circletake this is: written into the manifests and reports that it makes."""

VERSION = "0.1.0"

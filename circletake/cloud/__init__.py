"""The only rooms that know boto3: catalogue, bus, objects, and the stage on which every function works."""

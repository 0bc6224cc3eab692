"""May a card be formatted? Evidence → the verdict on its bits and on its picture. Pure.

evidence   what is known of a card: its manifests, the uploader's record, the files in the bucket, clips, acts
bits       is every byte of the card there, and the same?
copies     on how many volumes, read back when?
picture    was every clip decoded whole, or viewed by a named person?
verdict    the two axes together; and which insertion of a card another one covers

A light is GREEN only when nothing is left to know. What is not known yet is AMBER; what is wrong is RED.
"""

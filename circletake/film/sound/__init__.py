"""Sound: what a recorder's files say, and which of them belongs to which picture, and where. Pure.

chunks      a WAV file → its chunks, as far as they are needed
ixml        iXML → its values
headers     a WAV file → the `SoundFile` that it says it is
overlaps    picture and sounds → where they run together, by their timecodes
mismatches  what does not fit, to be listed
placing     a clip and the recordings of its day → which is its sound, where it lies, and what to listen to
"""

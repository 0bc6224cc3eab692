"""Papers of a shooting day: what script supervisor, sound and camera wrote. Pure.

written   bytes of text → lines, whatever their encoding
ale       Avid Log Exchange as it is laid out
table     lines → headings, rows, and what stands above them
headings  which heading holds what
slating   scene, setup, slate and take, as people write them together
cells     one cell: names of clips, yes or no, rates, timecodes
rows      a row → what it says
exported  what was said → CSV and ALE, and back
reading   a paper → what it says, and what could not be read
glance    a paper → its headings with some cells of each, and whose it may be
of_day    a day as it is folded → its CSV and ALEs
"""

"""Looks: their files, and which of them a clip gets. Pure.

numbers    a number as somebody wrote it, or None
cdl        ASC CDL: .cc, .ccc, .cdl, and the texts of an ALE or EDL
cube       3D LUTs: .cube
ale        what an Avid log says of its clips
spaces     the colour spaces that a recipe may name
resolving  the looks of a production → what reaches a clip
"""

"""Cards as each camera writes them, as far as their paths go: made from clip numbers."""

from collections.abc import Callable

#: Camera → the reel that its names tell, and the recording of a clip number as a path on its card.
PATHS: dict[str, tuple[str, Callable[[int], str]]] = {
    "ARRI": ("A004R1JL", lambda clip: f"A004R1JL/A004C{clip:03}_20260930_R1JL.mov"),
    "ARRI, six digits": ("B012L7XZ", lambda clip: f"B012L7XZ/B012C{clip:03}_260930_L7XZ.mxf"),
    "ALEXA 35": ("A_0001_1BY9", lambda clip: f"A_0001_1BY9/A_0001C{clip:03}_260930_{clip:06}_c1BY9.mxf"),
    "RED": ("A001", lambda clip: f"A001.RDM/A001_C{clip:03}_0930AB.RDC/A001_C{clip:03}_0930AB_001.R3D"),
    "Canon": ("A_0001", lambda clip: f"CONTENTS/CLIPS001/A_0001C{clip:03}X260930_{clip:06}AB_CANON_001.MXF"),
    "Canon, short": ("A001", lambda clip: f"CONTENTS/CLIPS001/A001C{clip:03}_260930AB_CANON.CRM"),
    "Sony": ("C", lambda clip: f"XDROOT/Clip/C{clip:04}.MXF"),
    "Sony, dated": ("C", lambda clip: f"PRIVATE/M4ROOT/CLIP/20260930_C{clip:04}.MP4"),
    "VENICE": ("A001", lambda clip: f"XDROOT/Clip/A001C{clip:03}_260930AB.MXF"),
    "Blackmagic": ("A001", lambda clip: f"A001_0930{clip:04}_C{clip:03}.braw"),
    "Blackmagic, old": ("BMC01_1", lambda clip: f"BMC01_1_2026-09-30_{clip:04}_C{clip:04}.mov"),
    "DJI": ("DJI", lambda clip: f"DCIM/DJI_001/DJI_20260930{clip:06}_{clip:04}_D.MP4"),
    "DJI, old": ("DJI", lambda clip: f"DCIM/100MEDIA/DJI_{clip:04}.MP4"),
    "GoPro": ("GoPro", lambda clip: f"DCIM/100GOPRO/GX01{clip:04}.MP4"),
    "GoPro, old": ("GoPro", lambda clip: f"DCIM/100GOPRO/GOPR{clip:04}.MP4"),
    "iPhone": ("iPhone", lambda clip: f"DCIM/100APPLE/IMG_{clip:04}.MOV"),
}
FROM_ONE = ("ARRI", "ARRI, six digits", "ALEXA 35", "RED", "VENICE", "Blackmagic", "Blackmagic, old")
FROM_ANYWHERE = ("Canon", "Canon, short", "Sony", "Sony, dated", "DJI", "DJI, old", "GoPro", "GoPro, old")

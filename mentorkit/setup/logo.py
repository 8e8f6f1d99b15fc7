"""Logos of programmes: checked by their bytes, drawn anew as PNG, stored under the hash of what was drawn.

Drawing anew leaves nothing of the file but its picture: no script, no metadata, no second file behind it.
"""

from __future__ import annotations

import hashlib
from io import BytesIO

from mentorkit.errors import UsageError
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Logo, Programme
from mentorkit.store import Store

#: Bytes a file may have, and pixels a picture may have before it is made smaller.
LARGEST = 2 * 1024 * 1024
MOST_PIXELS = 25_000_000
#: Width and height of a logo as it is kept, at most.
BOX = (640, 320)


def redrawn(content: bytes) -> bytes:
    """Return a PNG or JPEG file as a small PNG.

    Parameters
    ----------
    content
        A file of at most :data:`LARGEST` bytes, whatever its name says.

    Returns
    -------
    bytes
        A PNG of at most :data:`BOX` pixels; the same file gives the same bytes.

    Raises
    ------
    UsageError
        If it is too large, of another kind, or no whole picture.
    """
    from PIL import Image, ImageOps

    if len(content) > LARGEST:
        raise UsageError(say("The file is too large: a logo may have 2 MB at most."))
    unreadable = say("This is no picture that can be read. Please take a PNG or JPEG file.")
    try:
        # only these two decoders see the bytes
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise UsageError(say("The picture has too many pixels. Please make it smaller first."))
            drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UsageError(unreadable) from error
    drawn.thumbnail(BOX, Image.Resampling.LANCZOS)
    bare = Image.new("RGBA", drawn.size)
    bare.paste(drawn)
    written = BytesIO()
    bare.save(written, format="PNG", optimize=True)
    return written.getvalue()


def put(store: Store, actor: Actor, programme_id: str, content: bytes) -> str:
    """Keep a picture for a programme and return its id; it is the logo once the settings name it.

    Raises
    ------
    UsageError
        As :func:`redrawn`.
    NotAllowed
        If the actor may not change the programme.
    NotFound
        If there is no such programme.
    """
    actor.require("programme.change", programme_id)
    drawn = redrawn(content)
    logo_id = hashlib.sha256(f"{programme_id}\n".encode() + drawn).hexdigest()
    with store.write(actor.name, "programme.logo") as writer:
        writer.get(Programme, programme_id)
        if writer.find(Logo, logo_id) is None:
            writer.save(Logo(id=logo_id, programme_id=programme_id, content=drawn))
    return logo_id


def picture(store: Store, actor: Actor, programme_id: str, logo_id: str) -> bytes | None:
    """Return a picture that was kept for a programme, a PNG; None where there is none.

    Raises
    ------
    NotAllowed
        If the actor may not read the programme.
    """
    actor.require("programme.read", programme_id)
    with store.read() as reader:
        found = reader.find(Logo, logo_id) if logo_id else None
    return found.content if found is not None and found.programme_id == programme_id else None


def logo_of(store: Store, actor: Actor, programme_id: str) -> bytes | None:
    """Return the logo of a programme, a PNG; None where it has none.

    Raises
    ------
    NotAllowed
        If the actor may not read the programme.
    NotFound
        If there is no such programme.
    """
    actor.require("programme.read", programme_id)
    with store.read() as reader:
        programme = reader.get(Programme, programme_id)
    return picture(store, actor, programme_id, programme.settings.logo)


def alt_text(name: str) -> str:
    """Return what stands for the logo where it is not seen."""
    return say("Logo: {programme}", programme=name)

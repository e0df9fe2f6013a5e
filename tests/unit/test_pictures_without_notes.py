"""What a camera notes beside the picture is taken out, whatever the picture's form."""

import pytest
from support.camera import jpeg, placed_tiff, png

from models.pictures import BrokenPicture, without_notes


def test_a_pictures_turn_survives_and_nothing_else_that_the_camera_noted() -> None:
    clean = without_notes(jpeg())
    assert clean.count(b"Exif") == 1
    assert without_notes(clean) == clean
    for content in (clean, without_notes(png())):
        assert b"GPS" not in content
        assert b"home" not in content
        assert b"pixels" in content


@pytest.mark.parametrize("whole", [jpeg(), png()])
def test_a_broken_picture_is_refused_or_ends_where_it_breaks_and_its_place_is_gone_either_way(whole: bytes) -> None:
    for length in range(20, len(whole) - 20):
        broken = whole[:length]
        if b"pixels" in broken:
            break
        with pytest.raises(BrokenPicture, match="损坏"):
            without_notes(broken)
        assert b"GPS" not in without_notes(broken, as_far_as_read=True)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("around", [b"", b"\x00\x00\x00\x18ftypheic....Exif\x00\x00", b"RIFF\x10\x00\x00\x00WEBPEXIF"])
def test_a_container_keeps_its_length_and_loses_its_place(order: str, around: bytes) -> None:
    whole = around + placed_tiff(order)
    shown = without_notes(whole)
    assert len(shown) == len(whole)
    assert b"latitude" in whole
    assert b"latitude" not in shown
    assert b"N\x00\x00\x00" not in shown
    assert shown.endswith(b"pixels")
    assert without_notes(shown) == shown


def test_a_films_place_and_a_pictures_xmp_become_blanks() -> None:
    film = b"\x00\x00\x00\x18ftypqt  \xa9xyz+30.1234+114.5678/mdat"
    assert without_notes(film) == film.replace(b"+30.1234+114.5678/", b" " * 18)
    told = b"RIFF\x10\x00\x00\x00WEBP<x:xmpmeta><exif:GPSLatitude>30</exif:GPSLatitude></x:xmpmeta>VP8 "
    assert b"GPS" not in without_notes(told)
    assert len(without_notes(told)) == len(told)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"II*\x00", b"MM\x00*\xff\xff\xff\xff", b"II*\x00\x08\x00\x00\x00\xff\xff",
        b"RIFF....WEBPII*\x00" + bytes(40), b"%PDF-1.7 +30.1234+114.5678/", "地点：30.1，114.2".encode(),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_picture_stays_as_it_is(content: bytes) -> None:
    assert without_notes(content) == content

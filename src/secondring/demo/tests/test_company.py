import re
from pathlib import Path

import pytest

from secondring.demo import company, covers, faces, scenes
from secondring.demo.company import WORLD, harbour_row
from secondring.lib import phone_numbers

RESERVED = re.compile(r"\.example$|^example\.(org|com|net)$")
DOMAIN = re.compile(r"(?:\w@|https?://)([\w.-]+\.\w+)")


def _people():
    return list(harbour_row().people.values())


def test_nobody_writes_from_an_address_that_could_be_real():
    sources = [*WORLD.rglob("*.t*"), *Path(company.__file__).parent.glob("*.py")]
    domains = {d for file in sources for d in DOMAIN.findall(file.read_text("utf-8")) if "w3.org" not in d}
    assert domains
    assert {domain for domain in domains if not RESERVED.search(domain)} == set()


def test_every_address_and_number_belongs_to_one_person():
    points = [point for person in _people() for point in (*person.addresses, *person.phones)]
    assert len(points) == len(set(points))


def test_every_number_is_written_as_it_is_kept():
    numbers = [number for person in _people() for number in person.phones]
    assert numbers == [phone_numbers.normalise(number) for number in numbers]


def test_no_two_people_have_the_same_face():
    drawn = [faces.portrait(p.name, p.face).svg() for p in [*_people(), *harbour_row().colleagues.values()]]
    assert len(drawn) == len(set(drawn))


def test_every_word_about_a_face_is_understood():
    known = {*faces.SKINS, *faces.HAIRS, *faces.SHIRTS, *faces.STYLES}
    known |= {"beard", "moustache", "glasses", "dark-glasses", "lines", "smile", "grin"}
    words = {w for p in [*_people(), *harbour_row().colleagues.values()] for w in p.face.split()}
    assert words <= known


def test_every_record_has_a_cover_and_every_site_a_picture():
    for person in _people():
        if person.work:
            assert person.work["cover"] in covers.COVERS
        if person.site:
            assert person.site["scene"] in scenes.SCENES


def test_facts_say_who_learned_them():
    for person in _people():
        for fact in person.facts:
            assert fact.partition(": ")[0] in harbour_row().colleagues, fact


def test_what_is_said_of_people_fits_on_their_card():
    for person in _people():
        assert len(person.about) <= 200
        assert len(person.heard) <= 300
    for colleague in harbour_row().colleagues.values():
        assert len(colleague.knows) <= 300, colleague.key


@pytest.mark.parametrize("draw", [covers.cover, scenes.scene])
def test_an_unknown_picture_is_an_error(draw):
    with pytest.raises(KeyError):
        draw("nowhere", "nobody")

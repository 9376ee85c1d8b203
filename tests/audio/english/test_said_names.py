"""Roman numerals, abbreviations, acronyms, addresses, files, versions and the codes of machines as they are said."""

import pytest

from genie.audio.spoken_text import spoken

ROMAN = [
    ("Henry VIII had", "Henry the eighth had"),
    ("Elizabeth II", "Elizabeth the second"),
    ("Louis XIV", "Louis the fourteenth"),
    ("Henry V", "Henry the fifth"),
    ("Queen Elizabeth I was", "Queen Elizabeth the first was"),
    ("Pope John Paul II", "Pope John Paul the second"),
    ("Chapter IV", "Chapter four"),
    ("chapter iv", "chapter four"),
    ("Part III of it", "Part three of it"),
    ("World War II ended", "World War two ended"),
    ("World War I ended", "World War one ended"),
    ("WWII", "World War two"),
    ("Super Bowl LVIII", "Super Bowl fifty eight"),
    ("Rocky II", "Rocky two"),
    ("Final Fantasy VII", "Final Fantasy seven"),
    ("the XIX century", "the nineteenth century"),
    ("II. Methods", "two. Methods"),
    ("Type II diabetes", "Type two diabetes"),
    ("I think I know", "I think I know"),
    ("What did Henry I ask", "What did Henry I ask"),
    ("Part I liked", "Part I liked"),
    ("Malcolm X", "Malcolm X"),
    ("a MIX of DIM things", "a MIX of DIM things"),
    ("Size XXL", "Size XXL"),
    ("an IV drip", "an IV drip"),
]

ABBREVIATIONS = [
    ("Dr. Smith", "Doctor Smith"),
    ("Mulholland Dr.", "Mulholland Drive."),
    ("St. Louis", "Saint Louis"),
    ("Main St.", "Main Street."),
    ("5 Main St. Springfield", "five Main Street Springfield"),
    ("on Main St. It rained.", "on Main Street. It rained."),
    ("In St. Louis", "In Saint Louis"),
    ("Hello Dr. Smith", "Hello Doctor Smith"),
    ("on Baker St. in London", "on Baker Street in London"),
    ("Mr. and Mrs. Lee", "Mister and Missus Lee"),
    ("Prof. Lee", "Professor Lee"),
    ("Martin Luther King Jr. spoke", "Martin Luther King Junior spoke"),
    ("Mt. Everest", "Mount Everest"),
    ("Gen. Grant", "General Grant"),
    ("fruit, e.g. apples, i.e. food", "fruit, for example apples, that is food"),
    ("apples, etc.", "apples, et cetera."),
    ("cats vs. dogs", "cats versus dogs"),
    ("approx. 5", "approximately five"),
    ("p. 5, pp. 6–8", "page five, pages six to eight"),
    ("est. 1999, or 5 est.", "established nineteen ninety nine, or five estimated."),
    ("Fig. 3", "Figure three"),
    ("vol. 2", "volume two"),
    ("w/ milk, w/o sugar", "with milk, without sugar"),
    ("Smith et al. found", "Smith and others found"),
    ("Acme Inc. is", "Acme Incorporated is"),
    ("Acme Co. is", "Acme Company is"),
    ("a.k.a. Bob", "also known as Bob"),
    ("10 min. later", "ten minutes. later"),
    ("the U.S. is", "the U.S. is"),
    ("Fig trees", "Fig trees"),
    ("no. That is it", "no. That is it"),
    ("He is a Dr", "He is a Dr"),
]

ACRONYMS = [
    ("USB and HTML", "U.S.B and H.T.M.L"),
    ("NASA and NATO", "NASA and NATO"),
    ("an API", "an A.P.I"),
    ("two GPUs", "two G.P.U's"),
    ("the CEO's", "the C.E.O's"),
    ("the CLI, the IDE.", "the C.L.I, the I.D.E."),
    ("in the US today", "in the U.S today"),
    ("TELL US NOW", "TELL US NOW"),
    ("DO IT NOW", "DO IT NOW"),
    ("the IT team", "the I.T team"),
    ("STOP RIGHT THERE", "STOP RIGHT THERE"),
    ("a JPEG or GIF", "a jay peg or GIF"),
    ("SQL, XML and JSON", "S.Q.L, X.M.L and JSON"),
    ("RAM is fast", "RAM is fast"),
    ("OK", "OK"),
    ("two MP3s", "two M.P threes"),
    ("MP3 on 5G", "M.P three on five G"),
    ("vitamin B12", "vitamin B-twelve"),
    ("A4 paper", "A-four paper"),
    ("GPT-4o", "G.P.T-four O"),
    ("3D", "three D"),
    ("Q4", "Q-four"),
    ("PhD", "PhD"),
    ("TCP/IP", "T.C.P I.P"),
    ("HMM, SHH", "HMM, SHH"),
]

ADDRESSES = [
    ("Mail jo.doe@example.co.uk.", "Mail jo dot doe at example dot co dot U.K."),
    ("first_last+tag@mail.com", "first underscore last plus tag at mail dot com"),
    ("jo99@example.org", "jo ninety nine at example dot org"),
    ("See https://www.example.com/a/b?c=d.", "See example dot com."),
    ("See <https://my-site.org>", "See my dash site dot org"),
    ("www.example.com", "example dot com"),
    ("http://localhost:7999/", "localhost"),
    ("go to example.com today", "go to example dot com today"),
    ("GitHub.io pages", "GitHub dot I.O pages"),
    ("github.com/a/b", "github dot com"),
    ("@alice said", "at alice said"),
    ("#music", "hashtag music"),
    ("#ThrowbackThursday", "hashtag Throwback Thursday"),
    ("#2 in line", "number two in line"),
    ("The end.Next one", "The end.Next one"),
    ("192.168.1.1", "one nine two dot one six eight dot one dot one"),
    ("10.0.0.1:8080", "one zero dot zero dot zero dot one port eight zero eight zero"),
    ("10.0.0.0/8", "one zero dot zero dot zero dot zero slash eight"),
]

FILES = [
    ("open report.pdf", "open report dot P.D.F"),
    ("main.py", "main dot P.Y"),
    ("config.json", "config dot json"),
    ("README.md", "README dot M.D"),
    ("my_file-v2.txt", "my underscore file dash v two dot T.X.T"),
    ("src/main.py", "src slash main dot P.Y"),
    ("/etc/hosts", "slash etc slash hosts"),
    ("~/.bashrc", "tilde slash dot bashrc"),
    (r"C:\Users\me", "C colon backslash Users backslash me"),
    ("song.mp3", "song dot M.P three"),
    ("see Fig.5 here", "see Figure five here"),
]

VERSIONS = [
    ("v2.0.1", "version two point zero point one"),
    ("v2", "version two"),
    ("Python 3.11", "Python three point eleven"),
    ("version 1.10", "version one point ten"),
    ("1.2.3-rc1", "one point two point three release candidate one"),
    ("2.0.1", "two point zero point one"),
    ("pi is 3.11", "pi is three point one one"),
    ("Ubuntu 24.04", "Ubuntu twenty four point zero four"),
]

CODES = [
    ("0x1F", "hex one F"),
    ("#ff8800", "hex F F eight eight, zero zero"),
    ("commit e83c516", "commit E eight three C, five one six"),
    ("550e8400-e29b-41d4-a716-446655440000",
     "five five zero E, eight four zero zero, E two nine B, four one D four, A seven one six, four four six six, "
     "five five four four, zero zero zero zero"),
    ("a facade", "a facade"),
    ("decade", "decade"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), ROMAN + ABBREVIATIONS + ACRONYMS + ADDRESSES + FILES + VERSIONS + CODES)
def test_names_are_said_as_people_say_them(written: str, said: str):
    assert spoken(written, "en-US") == said
    assert spoken(said, "en-US") == said  # words stay

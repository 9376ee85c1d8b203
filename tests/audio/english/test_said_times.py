"""Times, dates, durations and telephone numbers as they are said."""

import pytest

from genie.audio.spoken_text import spoken

TIMES = [
    ("at 10:30", "at ten thirty"),
    ("at 7:00", "at seven o'clock"),
    ("at 07:05", "at seven oh five"),
    ("at 14:00", "at fourteen hundred"),
    ("at 00:00", "at midnight"),
    ("at 12:00", "at twelve o'clock"),
    ("at 10:30 p.m. today", "at ten thirty P.M today"),
    ("at 5 p.m.", "at five P.M."),
    ("at 5pm", "at five P.M"),
    ("at 9:00 am", "at nine A.M"),
    ("at 9.30pm", "at nine thirty P.M"),
    ("I am 5 am I?", "I am five A.M I?"),
    ("9:00–10:30", "nine o'clock to ten thirty"),
    ("9am-5pm", "nine A.M to five P.M"),
    ("5-7pm", "five to seven P.M"),
    ("10:30:15", "ten thirty and fifteen seconds"),
    ("14:30 UTC", "fourteen thirty U.T.C"),
    ("GMT+2", "G.M.T plus two"),
    ("Psalm 23:1", "Psalm twenty three verse one"),
    ("in 25:30 min", "in twenty five minutes and thirty seconds"),
    ("5:00/km, 8:15 min/mile", "five minutes per kilometer, eight minutes and fifteen seconds per mile"),
    ("John 3:16–18", "John three sixteen to eighteen"),
    ("1h30m", "one hour and thirty minutes"),
    ("2h 15m 10s", "two hours, fifteen minutes and ten seconds"),
    ("5m 30s", "five minutes and thirty seconds"),
    ("PT1H30M", "one hour and thirty minutes"),
    ("P3D", "three days"),
    ("P1Y2M10DT2H30M", "one year, two months, ten days, two hours and thirty minutes"),
    ("PT0.5S", "zero point five seconds"),
    ("P2P", "P-two P"),
    ("99:99", "ninety nine to ninety nine"),
    ("UTC+5:30 or GMT-3", "U.T.C plus five thirty or G.M.T minus three"),
    ("in 2:00:35", "in two hours and thirty five seconds"),
    ("It lasted 1:02:10.5", "It lasted one hour, two minutes and ten point five seconds"),
    ("at 9:30:15", "at nine thirty and fifteen seconds"),
    ("Matt. 5:3-12, Jn 3:16", "Matthew five verse three to twelve, John three sixteen"),
]

DATES = [
    ("Oct.-Nov. 1942", "October to November nineteen forty two"),
    ("06/2024", "June twenty twenty four"),
    ("Mon.-Fri., Sat 5", "Monday to Friday, Saturday five"),
    ("It is 2024-01-15.", "It is January fifteenth, twenty twenty four."),
    ("2024-01-15T10:30:00Z", "January fifteenth, twenty twenty four, at ten thirty U.T.C"),
    ("2024-05-01T12:00:00+02:00", "May first, twenty twenty four, at twelve o'clock U.T.C plus two"),
    ("Jan-Mar", "January to March"),
    ("March 5, 2024", "March fifth, twenty twenty four"),
    ("March 5th", "March fifth"),
    ("Jan. 5", "January fifth"),
    ("Sept 5, 1999", "September fifth, nineteen ninety nine"),
    ("May 5–7", "May fifth to seventh"),
    ("5 March 2024", "the fifth of March, twenty twenty four"),
    ("the 5th of March", "the fifth of March"),
    ("on 21 June", "on the twenty first of June"),
    ("March 2024", "March twenty twenty four"),
    ("Mon, Jan 5", "Monday, January fifth"),
    ("Sat. 5 May", "Saturday the fifth of May"),
    ("in Oct., Nov. and Dec. again", "in October, November and December again"),
    ("Sat. at noon. The cat sat. He is in Oct. Then", "Saturday at noon. The cat sat. He is in Oct. Then"),
    ("3/4/2024", "March fourth, twenty twenty four"),
    ("13/4/2024", "April thirteenth, twenty twenty four"),
    ("4/13/2024", "April thirteenth, twenty twenty four"),
    ("9/11/01", "September eleventh, two thousand and one"),
    ("15.01.2024", "January fifteenth, twenty twenty four"),
    ("2024/01/15", "January fifteenth, twenty twenty four"),
    ("due 3/4", "due March fourth"),
    ("on 3/4 of the pages", "on three quarters of the pages"),
    ("May I?", "May I?"),
    ("Item 2024-99-15", "Item two zero two four, nine nine, one five"),
    ("in the Sun.", "in the Sun."),
    ("Tue, 3/12 at 9:30", "Tuesday, March twelfth at nine thirty"),
    ("Friday 3/12", "Friday March twelfth"),
    ("on 1/2 of it", "on one half of it"),
]

BRITISH_DATES = [
    ("3/4/2024", "the third of April, twenty twenty four"),
    ("4/13/2024", "the thirteenth of April, twenty twenty four"),
    ("due 3/4", "due the third of April"),
    ("15.01.2024", "the fifteenth of January, twenty twenty four"),
    ("March 5, 2024", "March fifth, twenty twenty four"),
]

TELEPHONES = [
    ("call 555-1234", "call five five five, one two three four"),
    ("(555) 123-4567", "five five five, one two three, four five six seven"),
    ("555.123.4567", "five five five, one two three, four five six seven"),
    ("1-800-555-1234", "one, eight zero zero, five five five, one two three four"),
    ("+1 555 123 4567", "plus one, five five five, one two three, four five six seven"),
    ("+49 30 1234567", "plus four nine, three zero, one two three, four five six seven"),
    ("020 7946 0958", "zero two zero, seven nine four six, zero nine five eight"),
    ("+44 (0)20 7946 0958", "plus four four, zero, two zero, seven nine four six, zero nine five eight"),
    ("Call 911.", "Call nine one one."),
    ("dial 112 now", "dial one one two now"),
    ("ext. 42", "extension forty two"),
    ("555 cats and 1234 dogs", "five hundred and fifty five cats and one thousand two hundred and thirty four dogs"),
    ("call 3 people", "call three people"),
    ("+5 points", "plus five points"),
]


@pytest.mark.parametrize(("written", "said"), TIMES + DATES + TELEPHONES)
def test_times_and_telephones_are_said_as_people_say_them(written: str, said: str):
    assert spoken(written, "en-US") == said
    assert spoken(said, "en-US") == said  # words stay


@pytest.mark.parametrize(("written", "said"), BRITISH_DATES)
def test_where_the_day_comes_first_it_is_said_first(written: str, said: str):
    assert spoken(written, "en-GB") == said


@pytest.mark.parametrize("language", ["en", "en-US", "en_us", "en-us-nyc"])
def test_where_the_month_comes_first_it_is_said_first(language: str):
    assert spoken("3/4/2024", language) == "March fourth, twenty twenty four"

"""Numbers, decimals, ordinals, years, percentages, fractions, ranges and long strings of digits as they are said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from genie.audio.english.numbers import cardinal, ordinal, year
from genie.audio.spoken_text import spoken

NUMBERS = [
    ("1 000 000 people", "one million people"),
    ("10 000", "ten thousand"),
    ("0", "zero"),
    ("7 cats", "seven cats"),
    ("There were 12.", "There were twelve."),
    ("21 and 100", "twenty one and one hundred"),
    ("105", "one hundred and five"),
    ("1,234 people", "one thousand two hundred and thirty four people"),
    ("12,345,678", "twelve million three hundred and forty five thousand six hundred and seventy eight"),
    ("1000000", "one million"),
    ("8336817", "eight million three hundred and thirty six thousand eight hundred and seventeen"),
    ("-5 degrees", "minus five degrees"),
    ("+5 points", "plus five points"),
    ("1, 2, 3", "one, two, three"),
    ("1,2,3", "one, two, three"),
    ("18+ only", "eighteen plus only"),
    ("~50 people", "about fifty people"),
    ("No. 5 and #6", "number five and number six"),
    ("No. I will not.", "No. I will not."),
    ("agent 007", "agent zero zero seven"),
    ("٣ and ４", "three and four"),
    ("(42)", "(forty two)"),
    ("2x faster", "two times faster"),
    ("1.2M users", "one point two million users"),
    ("the **Q3 2024** results", "the Q-three twenty twenty four results"),
    ("5 million people", "five million people"),
    ("100s of them", "hundreds of them"),
    ("the 747s", "the seven hundred and forty sevens"),
    ("10k steps and 1.4B users", "ten thousand steps and one point four billion users"),
    ("a 5k run, a 7B model and 4K videos", "a five K run, a seven B model and four K videos"),
    ("my order #48213", "my order number four eight two one three"),
    ("RTX4090 and an A380", "R.T.X forty ninety and an A-three eighty"),
    ("the H264 and B101 ones", "the H-two sixty four and B-one oh one ones"),
    ("a Blink-182 song", "a Blink-one eighty two song"),
    ("U-235 and ISO-8601", "U-two thirty five and I.S.O-eighty six oh one"),
    ("room 101 or flight 370", "room one oh one or flight three seventy"),
    ("Rooms 101-110", "Rooms one oh one to one ten"),
    ("a Boeing 747-400", "a Boeing seven forty seven four hundred"),
    ("error 404", "error four oh four"),
    ("1,000s of books", "thousands of books"),
    ("flight UA 1549 to Rome", "flight UA fifteen forty nine to Rome"),
    ("RFC 2616 and an RTX 4090", "R.F.C twenty six sixteen and an R.T.X forty ninety"),
]

DECIMALS = [
    ("3.14", "three point one four"),
    ("0.5", "zero point five"),
    (".5", "point five"),
    ("1,234.56 and 3.14", "one thousand two hundred and thirty four point five six and three point one four"),
    ("-0.25", "minus zero point two five"),
    ("It is 2.5.", "It is two point five."),
    ("1.0", "one point zero"),
    ("10.05", "ten point zero five"),
    ("2.5 million", "two point five million"),
    ("ends in 5.", "ends in five."),
    ("a grade of 3.70", "a grade of three point seven zero"),
]

ORDINALS = [
    ("the 1st", "the first"),
    ("2nd, 3rd and 4th", "second, third and fourth"),
    ("11th, 12th, 13th", "eleventh, twelfth, thirteenth"),
    ("the 21st century", "the twenty first century"),
    ("the 100th", "the one hundredth"),
    ("the 101st", "the one hundred and first"),
    ("1,000th visitor", "one thousandth visitor"),
    ("5th Avenue", "fifth Avenue"),
    ("the 30th", "the thirtieth"),
    ("the nth time", "the nth time"),
]

YEARS = [
    ("the Bill (1791)", "the Bill (seventeen ninety one)"),
    ("1200 AD, AD 79 and 44 BC", "twelve hundred A.D, A.D seventy nine and forty four B.C"),
    ("the 1970s-80s", "the nineteen seventies to eighties"),
    ("in 1999", "in nineteen ninety nine"),
    ("in 2007", "in two thousand and seven"),
    ("Since 2010 it grew.", "Since twenty ten it grew."),
    ("1999 was good", "nineteen ninety nine was good"),
    ("born 1865", "born eighteen sixty five"),
    ("in 1066", "in ten sixty six"),
    ("in 1900", "in nineteen hundred"),
    ("in 1905", "in nineteen oh five"),
    ("in 2000", "in two thousand"),
    ("by 2050", "by twenty fifty"),
    ("the 1990s", "the nineteen nineties"),
    ("the 1990's", "the nineteen nineties"),
    ("the 1800s", "the eighteen hundreds"),
    ("the 2000s", "the two thousands"),
    ("the 2010s", "the twenty tens"),
    ("the '90s", "the nineties"),
    ("the ’80s", "the eighties"),
    ("the 90s", "the nineties"),
    ("in his 30s", "in his thirties"),
    ("in the mid-60s", "in the mid-sixties"),
    ("wait 30s", "wait thirty seconds"),
    ("the class of '99", "the class of ninety nine"),
    ("1990-1995", "nineteen ninety to nineteen ninety five"),
    ("1990–95", "nineteen ninety to ninety five"),
    ("the 2023/24 season", "the twenty twenty three to twenty four season"),
    ("(1879–1955)", "(eighteen seventy nine to nineteen fifty five)"),
    ("from 1939 to 1945", "from nineteen thirty nine to nineteen forty five"),
    ("March 2024", "March twenty twenty four"),
    ("in 44 BC", "in forty four B.C"),
    ("2000 people", "two thousand people"),
    ("a list of 1500 words", "a list of one thousand five hundred words"),
    ("1,999 steps", "one thousand nine hundred and ninety nine steps"),
    ("1500 people came", "one thousand five hundred people came"),
    ("2024 files", "two thousand and twenty four files"),
    ("room 2345", "room twenty three forty five"),
    ("FY2024", "F.Y twenty twenty four"),
    ("by 2100 or in 2150", "by twenty one hundred or in twenty one fifty"),
    ("the pre-1914 world", "the pre-nineteen fourteen world"),
    ("until 2100 words came", "until two thousand one hundred words came"),
    ("in Q1'24", "in Q-one twenty four"),
]

PERCENT = [
    ("50%", "fifty percent"),
    ("50% or 12.5 %", "fifty percent or twelve point five percent"),
    ("100%.", "one hundred percent."),
    ("5-10%", "five to ten percent"),
    ("5%–10%", "five percent to ten percent"),
    ("a 3% rise", "a three percent rise"),
    ("-2%", "minus two percent"),
    ("0.8‰", "zero point eight per mille"),
    ("% of", "% of"),
]

FRACTIONS = [
    ("½ a cup or 1/2 an hour", "half a cup or half an hour"),
    ("a 2/3rds majority", "a two thirds majority"),
    ("3.9/4.0", "three point nine out of four"),
    ("½ cup, 2½ cups", "one half cup, two and a half cups"),
    ("3/4 of it", "three quarters of it"),
    ("1/2 of it", "one half of it"),
    ("1 1/2 cups", "one and a half cups"),
    ("2 3/8 in all", "two and three eighths in all"),
    ("7/16", "seven sixteenths"),
    ("1/3 or 2/3", "one third or two thirds"),
    ("1/100", "one out of one hundred"),
    ("¾ mile", "three quarters mile"),
    ("5⅛", "five and one eighth"),
    ("1/2 km", "one half kilometer"),
    ("22/7", "twenty two over seven"),
    ("open 24/7 since 9/11", "open twenty four seven since nine eleven"),
    ("I rate it 8/10.", "I rate it eight out of ten."),
    ("4/5 stars", "four out of five stars"),
    ("a 50/50 chance", "a fifty fifty chance"),
    ("the 80/20 rule", "the eighty twenty rule"),
    ("8.5/10", "eight point five out of ten"),
    ("a 3/4-inch bolt", "a three quarters-inch bolt"),
    ("10/2 = 5", "ten divided by two equals five"),
    ("0/0", "zero zero"),
    ("in 3/4 time and 6/8 time", "in three four time and six eight time"),
]

RANGES = [
    ("pages 5-10", "pages five to ten"),
    ("5–10 km", "five to ten kilometers"),
    ("5 – 10", "five to ten"),
    ("1.5-2.5", "one point five to two point five"),
    ("20–25°C", "twenty to twenty five degrees Celsius"),
    ("20°–25°", "twenty degrees to twenty five degrees"),
    ("ages 3-5", "ages three to five"),
    ("A–Z", "A to Z"),
    ("May–June", "May to June"),
    ("Mon–Fri", "Monday to Friday"),
    ("a 5-year-old", "a five-year-old"),
    ("10-15 minutes", "ten to fifteen minutes"),
    ("a 2-3x gain", "a two to three times gain"),
    ("COVID-19", "COVID-nineteen"),
    ("the ratio 16:9", "the ratio sixteen to nine"),
    ("a 3:1 mix", "a three to one mix"),
]

SCORES = [
    ("it ended 3-1", "it ended three to one"),
    ("They won 2-0.", "They won two to zero."),
    ("We lost 21–14.", "We lost twenty one to fourteen."),
    ("a 4-4-2 formation", "a four four two formation"),
    ("6-4, 6-3", "six four, six three"),
    ("part 4512-12", "part four thousand five hundred and twelve-twelve"),
    ("She won 6-4, 3-6, 7-6 (7-5).", "She won six four, three six, seven six (seven five)."),
    ("from 1-2, 3-4 and 6-7", "from one to two, three to four and six to seven"),
    ("They won 2-1, 3-0.", "They won two to one, three to zero."),
]

DIGITS = [
    ("1234567890", "one two three, four five six, seven eight nine zero"),
    ("order 00123", "order zero zero one two three"),
    ("4111 1111 1111 1111", "four one one one, one one one one, one one one one, one one one one"),
    ("123-45-6789", "one two three, four five, six seven eight nine"),
    ("ISBN 978-3-16-148410-0", "I.S.B.N nine seven eight, three, one six, one four eight four one zero, zero"),
    ("pin 4821", "pin four eight two one"),
    ("zip 90210", "zip nine zero two one zero"),
    ("12345678901234567", "one two three, four five six, seven eight nine, zero one two, three four five, six seven"),
    ("zip code 90210", "zip code nine zero two one zero"),
    ("your code is 482913", "your code is four eight two, nine one three"),
    ("dial 911 or 112", "dial nine one one or one one two"),
    ("the verification code 4821", "the verification code four eight two one"),
]


@pytest.mark.parametrize(
    ("written", "said"), NUMBERS + DECIMALS + ORDINALS + YEARS + PERCENT + FRACTIONS + RANGES + SCORES + DIGITS
)
def test_numbers_are_said_as_people_say_them(written: str, said: str):
    assert spoken(written, "en-US") == said
    assert spoken(said, "en-US") == said  # words stay


def test_who_writes_the_day_first_says_nil():
    assert spoken("They won 2-0.", "en-GB") == "They won two nil."
    assert spoken("from 5-0 to 6-0", "en-GB") == "from five to zero to six to zero"


def by_num2words(number: int, to: str) -> str:
    return num2words(number, to=to).replace(",", "").replace("-", " ")


@given(st.integers(0, 10**15 - 1))
def test_cardinals_and_ordinals_are_those_of_num2words(number: int):
    assert cardinal(f"{number:,}") == by_num2words(number, "cardinal")
    assert ordinal(number) == by_num2words(number, "ordinal")


@given(st.integers(1000, 2099))
def test_years_are_those_of_num2words(number: int):
    assert year(number) == by_num2words(number, "year")

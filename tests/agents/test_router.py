"""Who answers what: a table of real questions, and everything the small ear's language model is made of."""

import pytest

from genie.agents.phrases import CLASSES, sentences, vocabulary
from genie.agents.places import find
from genie.agents.router import agents, choose
from genie.config import load

ASKED = {
    "clock": """
        what time is it
        What time is it?
        what's the time
        Hey Genie, what's the time, please?
        tell me the time
        could you tell me what time it is
        do you know what time it is
        do you have the time
        time
        the time please
        what time is it right now
        what time is it here
        what is the current time
        what time is it in tokyo
        What time is it in São Paulo?
        what time is it in new york city
        what's the time in san francisco right now
        what time is it in delhi
        what's the time in beijing
        what time is it in germany
        what time is it in Paris, France
        what time is it in utc
        what is utc time
        what is pacific time
        what time is it in eastern time
        what time is it in europe/berlin
        what time is it in port-au-prince
        what is the time in the netherlands
        what time is it in washington d c
        what time is it in atlantis
        what is the time in narnia
        what time is it in australia
        what is the date
        what's today's date
        what is the date in sydney
        what is the date today
        what is tomorrow's date
        what was yesterday's date
        what day is it
        what day is it today
        what day is it tomorrow
        what day was it yesterday
        what day will it be tomorrow
        what day is the day after tomorrow
        what weekday is it
        what day of the week is it
        what is today
        what month is it
        what year is it
        what week is it
        what is the week number
        is it a leap year
        is this year a leap year
        was 1900 a leap year
        will twenty twenty eight be a leap year
        when is the next leap year
        days until christmas
        how many days until christmas
        how many days are there until december 25
        how many days is it until december twenty fifth
        how long until new year
        how many days until the 3rd of march
        how many days until the third of march twenty twenty seven
        how many days until next friday
        how many days are left in this year
        how many weeks until easter
        how many days since july 4 2020
        what day of the week is july 4 2027
        what day is july fourth twenty twenty seven
        on what day does christmas fall
        what day is halloween
        when is easter
        when was easter
        when is the 29th of february
    """,
    "math": """
        what is twelve times seven
        what's 12x7?
        12*7
        12 × 7
        3 + 4 × 2
        (3 + 4) * 2
        how much is two plus two
        calculate 5 minus 8
        please calculate five minus eight
        can you work out 19 times 21
        what do you get when you multiply 3 by 4
        what is one hundred minus one
        what is twelve hundred and five divided by five
        what is three point one four times two
        what is minus two plus five
        what is a dozen times three
        what is fifteen percent of eighty
        what is 15% of 80
        80 plus 10 percent
        what is half of ninety
        what is two thirds of ninety
        what is a quarter of a million
        what is five squared
        what is 5 cubed
        what is two to the power of ten
        what is two to the tenth power
        what is 2^10
        what is 5!
        what is ten factorial
        what is the square root of sixteen
        what is the cube root of 27
        the fifth root of 32
        what is seventeen modulo five
        what is 17 mod 5
        what is the sum of two and three
        what is the sum of one hundred and fifty
        what's the difference between ten and four
        what is the product of six and seven
        what is the average of 3, 4 and 8
        subtract 3 from 10
        add 2 and 2
        divide ten by four
        what does three plus four equal
        three plus four equals
        what is twenty-one over three
        what is 10 / 0
        what is twice twelve
        what is 1,000 times 1,000
        what is open bracket three plus four close bracket times two
    """,
    "help": """
        help
        help me
        what can you do
        What can I ask you?
        who are you
        hello
        Hello, Genie!
        hi there
        good morning
        thanks
        thank you very much
        goodbye
        stop
    """,
    "chat": """
        what is the best time to plant tomatoes
        who are the two brothers grimm
        times square
        where is times square
        what is the capital of france
        what is love
        time flies like an arrow
        what time is the party
        what time does the bank open
        what time is it in two hours
        what is half time
        what is lunch time
        what is prime time
        what is the time signature of a waltz
        set a timer for five minutes
        wake me at seven
        how long does it take to boil an egg
        how long until the egg is done
        how many days are in february
        how many days until my birthday
        how many days to paris
        what day is the concert
        when is the party
        when was the french revolution
        when was napoleon born
        what is tokyo
        is 42 a good number
        what is 42
        forty two
        one two three
        what is two
        what is a dozen
        what is 24/7
        what is 9/11
        what happened on 9/11
        who is seven of nine
        what is seven of nine
        two and a half men
        tell me about the thirty years war
        what is the square root
        what is the root of all evil
        three musketeers
        what is catch twenty two
        ten percent
        what is two thirds
        ten percent twenty
        plus
        minus five
        times seven
        what is five times
        how many times did rome fall
        what is the difference between cats and dogs
        what is the sum of all fears
        what is the product of this company
        half of my friends
        what is half of nothing
        add milk to the list
        add two eggs to the list
        divide and conquer
        is love a leap year
        what is a leap year
        what year did the war end
        which week is fashion week
        tell me a joke
        tell me the date of the battle of hastings
        what is 5 times x
        x
        2x + 3
        hello world in python
        help me write a letter
        thank the chef
        what day is february 30
        how many days until the 31st of june
        good luck
    """,
}
ROWS = [(agent, row.strip()) for agent, rows in ASKED.items() for row in rows.splitlines() if row.strip()]


@pytest.fixture(scope="module")
def everyone():
    return agents(load(environment={}, flags={"llm.base_url": "http://127.0.0.1:9/v1"}).llm)


@pytest.fixture(scope="module")
def without_chat():
    return agents(load(environment={}).llm)


@pytest.mark.parametrize(("agent", "question"), ROWS)
def test_each_question_goes_to_the_agent_it_belongs_to(everyone, agent, question):
    assert choose(everyone, question)[0].name == agent


@pytest.mark.parametrize("question", [question for agent, question in ROWS if agent == "chat"])
def test_without_an_endpoint_what_nobody_understands_goes_to_help(without_chat, question):
    agent, slots = choose(without_chat, question)
    assert (agent.name, slots["ask"]) == ("help", "unknown")


@pytest.mark.parametrize(
    "question", ["", "   ", "?!", "\0", "ß" * 4000, "(" * 4000, "one and " * 500, "9" * 4000, "-" * 4000]
)
def test_odd_questions_are_nobodys_and_break_nothing(without_chat, question):
    assert choose(without_chat, question)[1] == {"ask": "unknown"}


def test_every_agent_understands_its_own_examples(everyone):
    assert {(agent.name, choose(everyone, example)[0].name) for agent in everyone for example in agent.examples} == {
        (agent.name, agent.name) for agent in everyone
    }


def test_every_sentence_of_the_small_ear_is_answered_by_its_agent(without_chat):
    """Days that no month has are left to chance: the ear may hear them, and nobody answers them."""
    strangers = [
        sentence
        for agent, sentence in sentences(each=100)
        if agent != "control" and choose(without_chat, sentence)[0].name != agent
    ]
    assert [sentence for sentence in strangers if "thirty first" not in sentence and "february" not in sentence] == []


def test_every_place_of_the_small_ear_has_one_time():
    assert [name for name in CLASSES["place"] if (place := find(name)) is None or len(place.zones) > 1] == []


def test_the_small_ears_words_are_lower_case_and_without_marks():
    assert all(word.replace("'", "").isalpha() and word.islower() for word in vocabulary())


def test_the_small_ears_sentences_are_made_of_its_vocabulary():
    known = set(vocabulary())
    assert {word for _, sentence in sentences(each=50) for word in sentence.split()} <= known


def test_the_small_ears_sentences_are_the_same_every_time():
    assert list(sentences(each=20)) == list(sentences(each=20))

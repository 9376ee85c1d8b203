from genie.audio.engine import Segment, Word
from genie.audio.engines.stitch import Stitcher


def stitched(*windows):
    """Stitch windows that are given as (start, end, segments)."""
    stitcher = Stitcher()
    segments = [segment for start, end, heard in windows for segment in stitcher.push(heard, start, end)]
    return [*segments, *stitcher.finish()]


def text(segments):
    return " ".join(segment.text for segment in segments)


def counted(first, last):
    """Ten spoken numbers each ten seconds: word n lasts from n to n + 1."""
    return [Segment(first, last, " ".join(f"n{number}" for number in range(first, last)))]


def test_one_window_is_left_as_it_is():
    segments = [Segment(0.0, 2.0, "hello there"), Segment(3.0, 4.0, "world")]
    assert stitched((0.0, 5.0, segments)) == segments


def test_what_two_windows_heard_alike_is_kept_once():
    windows = [(start, start + 30.0, counted(start, start + 30)) for start in (0, 20, 40)]
    assert text(stitched(*windows)) == " ".join(f"n{number}" for number in range(70))


def test_words_cut_at_a_window_edge_come_from_the_window_that_heard_them_whole():
    first = [Segment(18.0, 30.0, "we went to the big house on the hi")]
    second = [Segment(23.0, 35.0, "ent to the big house on the hill today")]
    assert text(stitched((0.0, 30.0, first), (20.0, 50.0, second))) == "we went to the big house on the hill today"


def test_case_and_marks_do_not_hinder_the_join():
    first = [Segment(20.0, 30.0, "It is late, he said")]
    second = [Segment(20.0, 34.0, "it is late he said. Good night.")]
    joined = text(stitched((0.0, 30.0, first), (20.0, 50.0, second)))
    assert joined.lower().replace(",", "") == "it is late he said. good night."


def test_windows_that_agree_on_nothing_are_joined_in_the_middle_of_their_overlap():
    first = [Segment(20.0, 30.0, "a0 a1 a2 a3 a4 a5 a6 a7 a8 a9")]
    second = [Segment(20.0, 30.0, "b0 b1 b2 b3 b4 b5 b6 b7 b8 b9")]
    assert text(stitched((0.0, 30.0, first), (20.0, 50.0, second))) == "a0 a1 a2 a3 a4 b5 b6 b7 b8 b9"


def test_words_said_again_after_the_overlap_are_not_taken_for_the_join():
    first = [Segment(26.0, 28.0, "of the")]
    second = [Segment(31.0, 45.0, "one two three four of the")]
    assert text(stitched((0.0, 30.0, first), (20.0, 50.0, second))).endswith("one two three four of the")


def test_what_no_later_window_hears_is_given_at_once():
    stitcher = Stitcher()
    assert list(stitcher.push(counted(0, 30), 0.0, 30.0)) == []
    assert text(stitcher.push(counted(20, 50), 20.0, 50.0)) == " ".join(f"n{number}" for number in range(20))


def test_a_silent_window_loses_nothing():
    windows = [(0.0, 30.0, counted(0, 18)), (20.0, 50.0, []), (40.0, 70.0, counted(52, 60))]
    expected = [*(f"n{number}" for number in range(18)), *(f"n{number}" for number in range(52, 60))]
    assert text(stitched(*windows)).split() == expected


def timed(*words):
    """Return a segment of words that are given as (text, start, end)."""
    spoken = tuple(Word(start_s, end_s, f" {text}") for text, start_s, end_s in words)
    return Segment(spoken[0].start_s, spoken[-1].end_s, " ".join(word[0] for word in words), spoken)


def test_one_word_heard_alike_at_one_time_is_enough_to_join_at():
    first = [timed(("eggs", 15.3, 15.5), ("and", 15.7, 15.9), ("five", 15.9, 16.1))]  # and then nothing more
    second = [timed(("five", 16.0, 16.2), ("bread", 16.3, 16.5), ("what", 17.1, 17.3), ("is", 17.3, 17.4))]
    assert text(stitched((10.7, 18.7, first), (16.0, 24.0, second))) == "eggs and five bread what is"


def test_a_sentence_that_is_said_twice_is_joined_where_it_was_said():
    phrase = ("turn", "on", "the", "light")
    once = [(word, 20.5 + place, 21.0 + place) for place, word in enumerate(phrase)]
    twice = [(word, 25.5 + place, 26.0 + place) for place, word in enumerate(phrase)]
    first, second = [timed(*once, *twice[:3])], [timed(*once[2:], *twice, ("now", 31.0, 31.5))]
    assert text(stitched((0.0, 30.0, first), (20.0, 50.0, second))) == "turn on the light turn on the light now"

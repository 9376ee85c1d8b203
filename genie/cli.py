"""The `genie` command: its arguments, its exit codes, and one line for what went wrong."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

from genie import __version__
from genie.errors import GenieError

UNREACHABLE = "no_server"
"""The code of the error that a command raises when no server answers."""


ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""Read by numpy when it is imported: for matrices as small as the voice detector's, threads cost six times the CPU."""


class Exit(IntEnum):
    """What the exit code of `genie` means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NO_SERVER = 3
    ENGINE_UNAVAILABLE = 4
    INTERRUPTED = 130


EXIT_CODES = """\
exit codes:
  0    it worked
  1    it failed; standard error says why
  2    wrong arguments or settings
  3    no server answers at the address
  4    an engine cannot serve
  130  interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(arguments)
    os.environ.setdefault(*ONE_THREAD)
    command = importlib.import_module(f"genie.commands.{options.command}")
    try:
        command.run(options)
    except GenieError as error:
        print(f"genie: {error.message} ({error.code})", file=sys.stderr)
        return exit_code(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has gone
        _drop_output()
        return Exit.FAILED
    except OSError as error:  # such as a full disk under standard output
        print(f"genie: {error.strerror or error} (system)", file=sys.stderr)
        _drop_output()
        return Exit.FAILED
    return Exit.OK


def _drop_output() -> None:
    """Let what waits in standard output go: Python would try once more at the end, complain, and exit with 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def exit_code(error: GenieError) -> Exit:
    """Return the exit code that fits an error."""
    if error.code in ("bad_argument", "bad_speed", "bad_setting", "unknown_setting", "loopback_only"):
        return Exit.USAGE
    if error.code == UNREACHABLE:
        return Exit.NO_SERVER
    if error.code.startswith(("data_", "storage_", "users_")):
        return Exit.FAILED
    return Exit.ENGINE_UNAVAILABLE if error.status == 503 else Exit.FAILED


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="genie",
        description="A self-hosted, real-time voice assistant.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"genie {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    adders = (
        _add_serve,
        _add_ask,
        _add_transcribe,
        _add_say,
        _add_voices,
        _add_vocabulary,
        _add_notify,
        _add_pronunciations,
        _add_models,
        _add_doctor,
        _add_users,
    )
    for add in adders:
        add(commands)
    return top


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    """Add a command with what all commands take."""
    command = commands.add_parser(
        name, help=text, description=text, epilog=EXIT_CODES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_argument("--conf", type=Path, metavar="FILE", help="settings that differ from the packaged genie.toml")
    command.add_argument("--data", metavar="DIR", help="folder for everything genie keeps (server.data)")
    command.add_argument(
        "--set", action="append", default=[], metavar="TABLE.KEY=VALUE", help="one setting, such as tts.speed=1.2"
    )
    return command


def _add_serve(commands: Commands) -> None:
    command = _add(commands, "serve", "Start the server.")
    command.add_argument("--host", help="address to listen on (server.host)")
    command.add_argument("--port", type=int, help="port to listen on, 0 for any that is free (server.port)")


def _add_ask(commands: Commands) -> None:
    command = _add(commands, "ask", "Ask a question and print the answer as it comes.")
    command.add_argument("question", nargs="+", help="what to ask")
    command.add_argument("--speak", type=Path, metavar="FILE", help="keep the spoken answer: .wav, .mp3, .ogg or .flac")
    command.add_argument(
        "--url", help="the server to ask; without it the one in the settings, or this process when none runs there"
    )


def _add_transcribe(commands: Commands) -> None:
    command = _add(commands, "transcribe", "Print what is said in recordings, or write it as text or subtitles.")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a recording of any length, in any format")
    command.add_argument("--format", help="txt, srt, vtt or json; without it by the name of --output, or a line a file")
    command.add_argument("-o", "--output", type=Path, help="a file, or for several recordings a folder")
    command.add_argument("--language", help="the language that is spoken, or auto (stt.language)")
    command.add_argument("--languages", metavar="LIST", help="those to choose among, such as de,en (stt.languages)")
    command.add_argument("--prompt", help="what Whisper is to take for said before (stt.prompt)")
    command.add_argument("--translate", action="store_true", default=None, help="write English (stt.translate)")
    command.add_argument("--url", help="a server that does it, instead of this process")


def _add_say(commands: Commands) -> None:
    command = _add(commands, "say", "Speak a text into a file.")
    command.add_argument("text", nargs="+", help="what to say; - reads it from standard input")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".wav, .mp3, .ogg or .flac")
    command.add_argument("--voice", help="the voice to speak with, or several: af_heart*2+af_bella (tts.voice)")
    command.add_argument("--language", help="the language to speak (tts.language)")
    command.add_argument("--speed", type=float, help="0.5 to 2.0 (tts.speed)")
    command.add_argument("--url", help="a server that does it, instead of this process")


def _add_voices(commands: Commands) -> None:
    command = _add(commands, "voices", "List the voices of a running server, or choose the one that speaks to you.")
    actions = ("list", "show", "choose", "reset")
    command.add_argument("action", nargs="?", default="list", choices=actions, help="reset: as the settings say")
    command.add_argument("voice", nargs="?", metavar="VOICE", help="the voice to choose, or a blend of several")
    command.add_argument("--language", help="only voices of this language; choose: the language to be spoken to in")
    command.add_argument("--speed", type=float, help="0.5 to 2.0")
    command.add_argument("--url", help="the server; without it the one in the settings")


def _add_vocabulary(commands: Commands) -> None:
    command = _add(commands, "vocabulary", "Say which names a running server is to expect of you.")
    command.add_argument("action", choices=("list", "add", "remove", "clear"), help="clear: forget them all")
    command.add_argument("words", nargs="*", metavar="WORD", help="a name, in quotes when it has several parts")
    command.add_argument("--url", help="the server; without it the one in the settings")


def _add_notify(commands: Commands) -> None:
    command = _add(
        commands, "notify", "Let a running server tell you something, aloud where one of your clients plays."
    )
    command.add_argument("text", nargs="+", help="what to tell; - reads it from standard input")
    command.add_argument(
        "--priority",
        choices=("low", "normal", "high", "urgent"),
        default="normal",
        help="low is never spoken, urgent interrupts",
    )
    command.add_argument("--sound", choices=("chime", "alert", "done", "error", "none"), help="how it begins")
    command.add_argument("--silent", action="store_true", help="let only the chime be heard")
    command.add_argument("--url", help="the server; without it the one in the settings")


def _add_pronunciations(commands: Commands) -> None:
    command = _add(commands, "pronunciations", "Say how a running server is to pronounce words and names for you.")
    command.add_argument("action", choices=("list", "add", "remove", "clear"), help="clear: forget them all")
    entry = "add: a word and what to say for it, as nginx='engine x' or Kimiko=/ˈkɪmikoʊ/; remove: a word"
    command.add_argument("words", nargs="*", metavar="ENTRY", help=entry)
    command.add_argument("--url", help="the server; without it the one in the settings")


def _add_models(commands: Commands) -> None:
    text = "List, fetch or remove the weights of Whisper and Kokoro."
    actions = commands.add_parser("models", help=text, description=text).add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    command = _add(actions, "list", "Say which models genie knows, and which lie on this disk.")
    command.add_argument("models", nargs="*", metavar="MODEL", help="only these")
    command.add_argument("--json", action="store_true", help="print JSON")
    command = _add(actions, "pull", "Fetch models, or check those that are here; an interrupted fetch goes on.")
    command.add_argument("models", nargs="*", metavar="MODEL", help="none: those that the settings mean")
    command.add_argument("--kind", choices=("whisper", "kokoro"), help="what a model is that genie does not know")
    command = _add(actions, "remove", "Remove models from this disk.")
    command.add_argument("models", nargs="+", metavar="MODEL", help="as genie models list shows them")
    command.add_argument("--yes", action="store_true", help="without asking")


def _add_doctor(commands: Commands) -> None:
    command = _add(commands, "doctor", "Say which engines would serve here and why, and what is missing.")
    command.add_argument("--json", action="store_true", help="print JSON")


def _add_users(commands: Commands) -> None:
    command = _add(commands, "users", "Say who may come in: each user has a token, which is shown once.")
    command.add_argument("action", choices=("add", "list", "renew", "remove"), help="renew: a new token, the old ends")
    command.add_argument("name", nargs="?", metavar="NAME", help="up to 32 of a-z, 0-9, _ and -")


if __name__ == "__main__":
    sys.exit(main())

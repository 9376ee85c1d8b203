"""Units of measure: what they are called, one of them and many. Pure."""

from types import MappingProxyType

UNITS = MappingProxyType({
    # length, area, volume
    "nm": "nanometer", "µm": "micrometer", "μm": "micrometer", "mm": "millimeter", "cm": "centimeter",
    "dm": "decimeter",
    "m": "meter", "km": "kilometer", "ft": "foot", "yd": "yard", "yds": "yard", "mi": "mile", "nmi": "nautical mile",
    "inches": "inch", "ly": "light year",
    "mm²": "square millimeter", "cm²": "square centimeter", "m²": "square meter", "km²": "square kilometer",
    "cm³": "cubic centimeter", "m³": "cubic meter", "km³": "cubic kilometer", "ft²": "square foot", "ft³": "cubic foot",
    "in²": "square inch", "mi²": "square mile", "m^2": "square meter", "km^2": "square kilometer", "m^3": "cubic meter",
    "sq ft": "square foot", "sq. ft.": "square foot", "sq mi": "square mile", "sq m": "square meter",
    "cu ft": "cubic foot", "ha": "hectare",
    "ml": "milliliter", "mL": "milliliter", "cl": "centiliter", "cL": "centiliter", "dl": "deciliter",
    "dL": "deciliter", "l": "liter", "L": "liter", "gal": "gallon", "qt": "quart", "fl oz": "fluid ounce",
    "fl. oz.": "fluid ounce", "tbsp": "tablespoon", "tsp": "teaspoon", "c.": "cup", "cc": "cubic centimeter",
    # mass, time
    "µg": "microgram", "μg": "microgram", "mcg": "microgram", "mg": "milligram", "g": "gram", "kg": "kilogram",
    "lb": "pound", "lbs": "pound", "oz": "ounce", "ns": "nanosecond", "µs": "microsecond", "μs": "microsecond",
    "ms": "millisecond", "s": "second", "sec": "second", "secs": "second", "min": "minute", "mins": "minute",
    "h": "hour", "hr": "hour", "hrs": "hour", "wk": "week", "wks": "week", "mo": "month", "mos": "month",
    "yr": "year", "yrs": "year",
    # speed, frequency, data
    "mph": "mile per hour", "kph": "kilometer per hour", "kmh": "kilometer per hour", "kn": "knot", "kt": "knot",
    "rpm": "revolution per minute", "RPM": "revolution per minute", "fps": "frame per second",
    "FPS": "frame per second",
    "bpm": "beat per minute", "BPM": "beat per minute", "mpg": "mile per gallon", "MPG": "mile per gallon",
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "THz": "terahertz",
    "KB": "kilobyte", "kB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte", "PB": "petabyte",
    "KiB": "kibibyte", "MiB": "mebibyte", "GiB": "gibibyte", "TiB": "tebibyte",
    "kbps": "kilobit per second", "Kbps": "kilobit per second", "Mbps": "megabit per second",
    "Gbps": "gigabit per second", "Kb": "kilobit", "Mb": "megabit", "Gb": "gigabit",
    "Mbit": "megabit", "Gbit": "gigabit", "px": "pixel", "MP": "megapixel",
    # energy, electricity, pressure, the rest
    "J": "joule", "kJ": "kilojoule", "MJ": "megajoule", "cal": "calorie", "kcal": "kilocalorie", "W": "watt",
    "kW": "kilowatt", "MW": "megawatt", "GW": "gigawatt", "Wh": "watt hour", "kWh": "kilowatt hour",
    "MWh": "megawatt hour", "V": "volt", "kV": "kilovolt", "mV": "millivolt", "mA": "milliamp", "mAh": "milliamp hour",
    "Ω": "ohm", "kΩ": "kilohm", "Pa": "pascal", "hPa": "hectopascal", "kPa": "kilopascal", "mbar": "millibar",
    "psi": "pound per square inch", "hp": "horsepower", "dB": "decibel", "lm": "lumen", "lx": "lux", "N": "newton",
    "Nm": "newton meter", "mol": "mole", "mmol": "millimole", "ppm": "part per million", "ppb": "part per billion",
    "µF": "microfarad", "μF": "microfarad", "nF": "nanofarad", "pF": "picofarad", "mH": "millihenry", "MΩ": "megohm",
    "µA": "microamp", "μA": "microamp", "Ah": "amp hour", "kVA": "kilovolt amp", "GWh": "gigawatt hour",
    "TWh": "terawatt hour", "kN": "kilonewton", "MPa": "megapascal", "GPa": "gigapascal", "atm": "atmosphere",
    "eV": "electronvolt", "keV": "kiloelectronvolt", "MeV": "megaelectronvolt", "GeV": "gigaelectronvolt",
    "mSv": "millisievert", "IU": "international unit", "pp": "percentage point", "pkg.": "package", "pkgs.": "package",
    "doz.": "dozen", "″": "inch",
    "mmHg": "millimeter of mercury", "ct": "carat", "dpi": "dot per inch", "pts": "point",
    "°C": "degree Celsius", "° C": "degree Celsius", "°F": "degree Fahrenheit", "° F": "degree Fahrenheit",
    "℃": "degree Celsius", "℉": "degree Fahrenheit", "°": "degree",
})  # fmt: skip
PER = MappingProxyType({
    **{unit: name for unit, name in UNITS.items() if " per " not in name and "°" not in unit},
    "d": "day", "day": "day", "hour": "hour", "minute": "minute", "second": "second", "week": "week", "month": "month",
    "year": "year", "night": "night", "person": "person", "user": "user", "unit": "unit", "kilo": "kilo",
    "mile": "mile",
    "liter": "liter", "gallon": "gallon", "serving": "serving", "seat": "seat", "head": "head", "piece": "piece",
    "in": "inch", "item": "item", "token": "token",
})  # fmt: skip
CHANGED = MappingProxyType(
    {"foot": "feet", "inch": "inches", "hertz": "hertz", "lux": "lux", "horsepower": "horsepower", "henry": "henries",
     "dozen": "dozen"}
)  # fmt: skip
HEADS = ("degree", "part", "millimeter of mercury")


def plural(unit: str) -> str:
    """Return the plural of a measure: feet, miles per hour, degrees Celsius."""
    head, per, rest = unit.partition(" per ")
    for first in HEADS:
        if head.startswith(first):
            word, _, tail = head.partition(" ")
            return f"{word}s {tail}".strip() + per + rest
    before, _, last = head.rpartition(" ")
    changed = next((last.removesuffix(one) + many for one, many in CHANGED.items() if last.endswith(one)), f"{last}s")
    return f"{before} {changed}".strip() + per + rest

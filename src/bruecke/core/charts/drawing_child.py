"""A process of its own that draws charts: specifications as JSON in, pictures as JSON out. It imports nothing of the house.

The renderer holds a whole JavaScript engine (about 120 MB); it ends with this process. It may ask no network for anything.
"""

import base64
import json
import resource
import sys

_MEMORY = 3 << 30  # address space; the engine reserves far more than it uses
_SECONDS = 25


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    import vl_convert

    asked = json.load(sys.stdin)
    for folder in asked["fonts"]:
        vl_convert.register_font_directory(folder)
    drawn = []
    for specs in asked["charts"]:
        pictures = {
            size: vl_convert.vegalite_to_svg(spec, allowed_base_urls=[], format_locale="de-DE", time_format_locale="de-DE")
            for size, spec in specs.items()
        }
        drawn.append(pictures)
    json.dump({"charts": drawn}, sys.stdout)


def to_png() -> None:
    """Pictures as SVG in, as PNG out, twice as fine as on the screen."""
    import vl_convert

    asked = json.load(sys.stdin)
    for folder in asked["fonts"]:
        vl_convert.register_font_directory(folder)
    pictures = [base64.b64encode(vl_convert.svg_to_png(svg, scale=2)).decode() for svg in asked["svg"]]
    json.dump({"png": pictures}, sys.stdout)


if __name__ == "__main__":
    to_png() if "--png" in sys.argv else main()

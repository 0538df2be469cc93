"""A build back end without dependencies: linking a made-up course then works where setuptools is not at hand."""

BACKEND = """
import pathlib, zipfile
HERE = str(pathlib.Path(__file__).parent)
FILES = {
    "fake_course.pth": HERE + "\\n",
    "fake_course-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: fake-course\\nVersion: 1.0\\n",
    "fake_course-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "fake_course-1.0.dist-info/entry_points.txt": "[console_scripts]\\ncourse = MAIN\\n",
    "fake_course-1.0.dist-info/RECORD": "",
}
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "fake_course-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return name
"""


def backend(main: str) -> str:
    """The text of backend.py for a course whose command is `main`, as in "course:main"."""
    return BACKEND.replace("MAIN", main)

"""python3 corpus FOLDER: writes the corpus there, in place of an older one."""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from corpus import write_corpus  # noqa: E402

shutil.rmtree(sys.argv[1], ignore_errors=True)
write_corpus(sys.argv[1])

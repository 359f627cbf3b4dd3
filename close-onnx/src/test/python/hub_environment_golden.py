"""Writes what huggingface_hub makes of environments: cache, endpoint, offline, token's file.

usage: hub_environment_golden.py OUTPUT   (a directory; environments.json and versions.txt)
"""

import json
import subprocess
import sys
from pathlib import Path

import huggingface_hub

HOME = "/home/user"
ENVIRONMENTS = [
    {},
    {"HF_HOME": "/h"},
    {"HF_HOME": "~/models"},
    {"HF_HOME": "/h", "HF_HUB_CACHE": "/c"},
    {"HF_HUB_CACHE": "~/c/d"},
    {"HUGGINGFACE_HUB_CACHE": "/old"},
    {"HUGGINGFACE_HUB_CACHE": "/old", "HF_HUB_CACHE": "/new"},
    {"XDG_CACHE_HOME": "/x"},
    {"XDG_CACHE_HOME": "/x", "HF_HOME": "/h"},
    {"XDG_CACHE_HOME": "~/x"},
    {"HF_ENDPOINT": "https://mirror.example/"},
    {"HF_ENDPOINT": "http://localhost:8080/hub"},
    {"HF_TOKEN_PATH": "/secret/token"},
    {"HF_TOKEN_PATH": "~/token", "HF_HOME": "/h"},
    {"HF_HUB_OFFLINE": "1"},
    {"HF_HUB_OFFLINE": "yes"},
    {"HF_HUB_OFFLINE": "True"},
    {"HF_HUB_OFFLINE": "on"},
    {"HF_HUB_OFFLINE": "0"},
    {"HF_HUB_OFFLINE": "2"},
    {"TRANSFORMERS_OFFLINE": "1"},
    {"TRANSFORMERS_OFFLINE": "1", "HF_HUB_OFFLINE": "0"},
    {"TRANSFORMERS_OFFLINE": "1", "HF_HUB_OFFLINE": ""},
]
PRINT = """
import json
from huggingface_hub import constants as c
print(json.dumps({"cache": c.HF_HUB_CACHE, "endpoint": c.ENDPOINT, "offline": c.HF_HUB_OFFLINE,
                  "tokenFile": c.HF_TOKEN_PATH}))
"""


def constants(environment):
    run = subprocess.run(
        [sys.executable, "-c", PRINT], env={"HOME": HOME, **environment}, capture_output=True,
        text=True, check=True)
    return json.loads(run.stdout)


output = Path(sys.argv[1])
output.mkdir(parents=True, exist_ok=True)
cases = [{"environment": e, "expected": constants(e)} for e in ENVIRONMENTS]
(output / "environments.json").write_text(json.dumps(cases, indent=1) + "\n")
(output / "versions.txt").write_text(
    f"hub_environment_golden.py with huggingface_hub {huggingface_hub.__version__}, home {HOME}\n")

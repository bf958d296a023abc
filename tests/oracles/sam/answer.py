"""Asks aws-sam-translator what each template becomes: answer.py TEMPLATES ANSWERS."""

import json
import logging
import os
import pathlib
import sys

os.environ["AWS_DEFAULT_REGION"] = "us-east-1"  # it asks for the partition, and for no service
logging.disable(logging.CRITICAL)

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class Policies:
    def load(self):
        return {}


templates, answers = map(pathlib.Path, sys.argv[1:])
for template in sorted(templates.glob("*.yaml")):
    try:
        answer = transform(yaml_parse(template.read_text()), {}, Policies())
    except InvalidDocumentException as refused:
        answer = {"error": refused.message, "causes": [cause.message for cause in refused.causes]}
    text = json.dumps(answer, indent=1, sort_keys=True, default=str)
    (answers / f"{template.stem}.json").write_text(text + "\n")

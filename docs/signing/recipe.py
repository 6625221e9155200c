"""Sends one signed request to Morrow; Python 3.8 or newer.

    export MORROW_BASE_URL=http://127.0.0.1:4000 MORROW_KEY_ID=mer_…/… MORROW_PRIVATE_KEY_FILE=key.pem
    python3 recipe.py GET '/v1/orders?limit=2'
    python3 recipe.py POST /v1/checkout-sessions '{"merchant_reference":…}' open-order-1001

A write names an idempotency key: sent again with the same one, it happens once.
The signature is made by the package "cryptography" (pip install cryptography), or else by openssl 3.
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


def sign(base: bytes, key_file: str) -> bytes:
    try:
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        return sign_by_openssl(base, key_file)
    with open(key_file, "rb") as file:
        return load_pem_private_key(file.read(), password=None).sign(base)


def sign_by_openssl(base: bytes, key_file: str) -> bytes:
    with tempfile.NamedTemporaryFile() as file:
        file.write(base)
        file.flush()
        command = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key_file, "-in", file.name]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


method, target, body, idempotency_key = (sys.argv[1:] + ["", ""])[:4]
url = os.environ["MORROW_BASE_URL"] + target

headers = {}
if idempotency_key:
    headers["idempotency-key"] = f'"{idempotency_key}"'
if body:
    headers["content-type"] = "application/json"
    headers["content-digest"] = f"sha-256=:{base64_of(hashlib.sha256(body.encode()).digest())}:"

# What is signed (RFC 9421): a line for each component, then the line with their names and the parameters.
components = {"@method": method, "@target-uri": url, **headers}
names = " ".join(f'"{name}"' for name in components)
parameters = f'({names});created={int(time.time())};keyid="{os.environ["MORROW_KEY_ID"]}";tag="morrow-v1"'
lines = [f'"{name}": {value}' for name, value in components.items()]
base = "\n".join([*lines, f'"@signature-params": {parameters}'])

headers["signature-input"] = f"morrow={parameters}"
headers["signature"] = f"morrow=:{base64_of(sign(base.encode(), os.environ['MORROW_PRIVATE_KEY_FILE']))}:"

request = urllib.request.Request(url, method=method, headers=headers, data=body.encode() or None)
try:
    with urllib.request.urlopen(request, timeout=10) as response:
        print(response.read().decode())
except urllib.error.HTTPError as refusal:
    print(refusal.read().decode())
    sys.exit(1)

#!/bin/sh
# Sends one signed request to Morrow with openssl (3 or newer) and curl.
#
#   export MORROW_BASE_URL=http://127.0.0.1:4000 MORROW_KEY_ID=mer_…/… MORROW_PRIVATE_KEY_FILE=key.pem
#   sh recipe.sh GET '/v1/orders?limit=2'
#   sh recipe.sh POST /v1/checkout-sessions '{"merchant_reference":…}' open-order-1001
#
# A write names an idempotency key: sent again with the same one, it happens once.
set -eu

method=$1 url=$MORROW_BASE_URL$2 body=${3-} idempotency_key=${4-}

# What is signed (RFC 9421): a line for each component, then the line with their names and the parameters.
base=$(mktemp)
trap 'rm -f "$base"' EXIT
names='"@method" "@target-uri"'
printf '"@method": %s\n"@target-uri": %s\n' "$method" "$url" > "$base"

# The request's headers are gathered as curl's arguments.
set -- --header 'accept: application/json'
cover() {
  names="$names \"$1\""
  printf '"%s": %s\n' "$1" "$2" >> "$base"
}
if [ -n "$idempotency_key" ]; then
  cover idempotency-key "\"$idempotency_key\""
  set -- "$@" --header "idempotency-key: \"$idempotency_key\""
fi
if [ -n "$body" ]; then
  digest="sha-256=:$(printf '%s' "$body" | openssl dgst -sha256 -binary | openssl base64 -A):"
  cover content-type application/json
  cover content-digest "$digest"
  set -- "$@" --header 'content-type: application/json' --header "content-digest: $digest" --data-binary "$body"
fi
parameters="($names);created=$(date +%s);keyid=\"$MORROW_KEY_ID\";tag=\"morrow-v1\""
printf '"@signature-params": %s' "$parameters" >> "$base"
signature=$(openssl pkeyutl -sign -rawin -inkey "$MORROW_PRIVATE_KEY_FILE" -in "$base" | openssl base64 -A)

# As it is signed: curl must not tidy the path, nor read brackets or braces in it as a pattern.
curl --silent --show-error --fail-with-body --max-time 10 --path-as-is --globoff --request "$method" "$@" \
  --header "signature-input: morrow=$parameters" --header "signature: morrow=:$signature:" "$url"
echo

// Sends one signed request to Morrow; node:crypto is all that it needs.
//
//   export MORROW_BASE_URL=http://127.0.0.1:4000 MORROW_KEY_ID=mer_…/… MORROW_PRIVATE_KEY_FILE=key.pem
//   node node.mjs GET '/v1/orders?limit=2'
//   node node.mjs POST /v1/checkout-sessions '{"merchant_reference":…}' open-order-1001
//
// A write names an idempotency key: sent again with the same one, it happens once.
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [method, target, body, idempotencyKey] = process.argv.slice(2);
const { MORROW_BASE_URL, MORROW_KEY_ID, MORROW_PRIVATE_KEY_FILE } = process.env;
const url = MORROW_BASE_URL + target;

const headers = {};
if (idempotencyKey) headers['idempotency-key'] = `"${idempotencyKey}"`;
if (body) {
  headers['content-type'] = 'application/json';
  headers['content-digest'] = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

// What is signed (RFC 9421): a line for each component, then the line with their names and the parameters.
const components = Object.entries({ '@method': method, '@target-uri': url, ...headers });
const names = components.map(([name]) => `"${name}"`).join(' ');
const created = Math.floor(Date.now() / 1000);
const parameters = `(${names});created=${created};keyid="${MORROW_KEY_ID}";tag="morrow-v1"`;
const lines = components.map(([name, value]) => `"${name}": ${value}`);
const base = [...lines, `"@signature-params": ${parameters}`].join('\n');

const privateKey = createPrivateKey(readFileSync(MORROW_PRIVATE_KEY_FILE));
headers['signature-input'] = `morrow=${parameters}`;
headers.signature = `morrow=:${sign(null, Buffer.from(base), privateKey).toString('base64')}:`;

const response = await fetch(url, { method, headers, body: body || undefined, redirect: 'manual' });
console.log(await response.text());
if (!response.ok) process.exitCode = 1;

// A service of a funder that Morrow asks about each plan; node:http and node:crypto are all that it needs.
//
//   export MORROW_BASE_URL=http://127.0.0.1:4000 DESK_KEY_ID=fnd_…/… DESK_PRIVATE_KEY_FILE=key.pem
//   export DESK_ORIGIN=https://desk.example PORT=4700
//   node desk.mjs
//
// It accepts up to DESK_MOST_AMOUNT minor units of any currency (3,000.00 without it), and refuses above. What it answered
// once it answers again: a real one keeps its answers in a database, in the transaction that books them.
//
// An address that ends with ?trouble= makes it misbehave, to see what becomes of a purchase: hangs, wrong_key, unsigned,
// replays (a signature from another question), huge, or fails (status 500).
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { MORROW_BASE_URL, DESK_KEY_ID, DESK_PRIVATE_KEY_FILE, DESK_ORIGIN } = process.env;
const { PORT = '4700', DESK_MOST_AMOUNT = '300000' } = process.env;
const privateKey = createPrivateKey(readFileSync(DESK_PRIVATE_KEY_FILE));
const foreignKey = generateKeyPairSync('ed25519').privateKey;

const digestOf = (body) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

/** The keys of the gateway. For a name that is not among them they are fetched again, at most once a minute. */
let gatewayKeys = new Map();
let fetchedAt = 0;
async function gatewayKey(kid) {
  if (!gatewayKeys.has(kid) && Date.now() - fetchedAt > 60_000) {
    fetchedAt = Date.now();
    const { keys } = await (await fetch(`${MORROW_BASE_URL}/.well-known/jwks.json`)).json();
    gatewayKeys = new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));
  }
  return gatewayKeys.get(kid);
}

const covered = ['@method', '@target-uri', 'content-digest', 'content-type', 'idempotency-key'];
const inputForm = /^morrow=(\((.*)\);created=(\d+);keyid="([\w-]+)";tag="morrow-desk-v1")$/;

/** Whether the gateway sent this, to us, in the last five minutes, and not a byte of it was changed. */
async function isFromGateway({ method, headers }, uri, body) {
  const [, parameters, names, created, kid] = inputForm.exec(headers['signature-input']) ?? [];
  const [, signature] = /^morrow=:(.+):$/.exec(headers.signature) ?? [];
  if (names !== covered.map((name) => `"${name}"`).join(' ') || signature === undefined) return false;
  const isFresh = Math.abs(Date.now() / 1000 - Number(created)) < 300;
  const key = await gatewayKey(kid);
  if (!isFresh || key === undefined || headers['content-digest'] !== digestOf(body)) return false;
  const values = { ...headers, '@method': method, '@target-uri': uri };
  const lines = covered.map((name) => `"${name}": ${values[name]}`);
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
  return verify(null, Buffer.from(base), key, Buffer.from(signature, 'base64'));
}

/** What was said to each question. A question that comes after its withdrawal is refused. */
const answers = new Map();
function decide({ type, id, amount }) {
  const before = answers.get(id);
  if (type === 'withdraw') {
    if (before?.answer !== 'refused') answers.set(id, { id, answer: 'refused', code: 'withdrawn' });
    return { id, answer: 'withdrawn' };
  }
  if (before) return before;
  const reference = `loan-${answers.size + 1}`;
  const answer =
    amount <= Number(DESK_MOST_AMOUNT)
      ? { id, answer: 'accepted', reference }
      : { id, answer: 'refused', code: 'amount_too_large', reference };
  answers.set(id, answer);
  return answer;
}

/** The headers that sign an answer (RFC 9421): bound to the question by the question's own signature. */
function signed(body, request, uri, { key = privateKey, of = request.headers.signature } = {}) {
  const digest = digestOf(body);
  const components = [
    ['"@status"', 200],
    ['"content-digest"', digest],
    ['"@method";req', request.method],
    ['"@target-uri";req', uri],
    ['"signature";req;key="morrow"', of.replace('morrow=', '')],
  ];
  const created = Math.floor(Date.now() / 1000);
  const names = components.map(([name]) => name).join(' ');
  const parameters = `(${names});created=${created};keyid="${DESK_KEY_ID}";tag="morrow-desk-answer-v1"`;
  const lines = components.map(([name, value]) => `${name}: ${value}`);
  const base = [...lines, `"@signature-params": ${parameters}`].join('\n');
  return {
    'content-digest': digest,
    'signature-input': `desk=${parameters}`,
    signature: `desk=:${sign(null, Buffer.from(base), key).toString('base64')}:`,
  };
}

async function answer(request, response) {
  const uri = (DESK_ORIGIN ?? `http://127.0.0.1:${server.address().port}`) + request.url;
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const question = Buffer.concat(chunks);
  if (!(await isFromGateway(request, uri, question))) return response.writeHead(401).end();
  const asked = JSON.parse(question);
  const trouble = new URL(uri).searchParams.get('trouble');
  const said = decide(asked);
  console.log(`${asked.type} ${asked.id}: ${said.answer}${trouble ? `, and ${trouble}` : ''}`);
  if (trouble === 'hangs') return undefined;
  if (trouble === 'fails') return response.writeHead(500).end();
  const body = JSON.stringify(said) + (trouble === 'huge' ? ' '.repeat(100_000) : '');
  const wrong = { wrong_key: { key: foreignKey }, replays: { of: 'morrow=:AAAA:' } };
  const headers = trouble === 'unsigned' ? {} : signed(body, request, uri, wrong[trouble]);
  return response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`a desk listens on http://127.0.0.1:${server.address().port}`);
});

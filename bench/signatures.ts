import { constants, verify } from 'node:crypto';
import type { KeyObject, SigningOptions } from 'node:crypto';
import type { RequestMessage } from '../gateway/src/http/signatures/message.ts';
import { verifyRequest } from '../gateway/src/http/signatures/verify.ts';
import { newId } from '../gateway/src/lib/ids.ts';
import { importMerchantKey, type SignatureAlgorithm } from '../gateway/src/lib/jwk.ts';
import { generateKey, signedHeaders, signOctets } from '../gateway/test/support/sign.ts';
import type { Benchmark, Ratio } from './report.ts';
import { runRounds, type Sample, type Settings, type Variant } from './rounds.ts';
import { percentile } from './statistics.ts';

const origin = 'https://api.example';
const path = '/v1/orders';
/** Reading, policy and base may cost this much of one Ed25519 verification. */
const goal = 0.4;
/** Several requests in turn, because no two are alike. */
const requestsPerKey = 32;
const warmUpSeconds = 0.3;

/** How node:crypto is called for each algorithm by somebody who has base, signature and key at hand. */
const floors: Record<SignatureAlgorithm, { hash: string | null; options: SigningOptions }> = {
  ed25519: { hash: null, options: {} },
  'ecdsa-p256-sha256': { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  'rsa-pss-sha512': {
    hash: 'sha512',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 },
  },
  'rsa-v1_5-sha256': { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PADDING } },
};

const algorithms = Object.keys(floors) as SignatureAlgorithm[];
const wholeOf = (algorithm: SignatureAlgorithm) => `${algorithm}, verifyRequest`;
const floorOf = (algorithm: SignatureAlgorithm) => `${algorithm}, crypto.verify`;

type Signed = { message: RequestMessage; base: Buffer; signature: Buffer };

/** A request as node:http hands it over, and what was signed of it. */
function signOne(key: Parameters<typeof signOctets>[0], created: number): Signed {
  const body = JSON.stringify({
    checkout_token: `ctk_${newId('cs')}.47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU`,
    merchant_reference: newId('req'),
    amount: 10_000,
    currency: 'CNY',
  });
  let base: Buffer = Buffer.alloc(0);
  let signature: Buffer = Buffer.alloc(0);
  const signBase = (octets: Buffer): Buffer => {
    base = octets;
    signature = signOctets(key, octets);
    return signature;
  };
  const signed = signedHeaders({
    method: 'POST',
    url: origin + path,
    body,
    key,
    created,
    idempotencyKey: newId('req'),
    tamper: { signBase },
  });
  const headers = {
    host: 'api.example',
    connection: 'keep-alive',
    accept: 'application/json',
    'user-agent': 'bench',
    'content-length': String(Buffer.byteLength(body)),
    ...signed,
  };
  const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, line]) => [name, [line]]));
  return {
    message: { method: 'POST', target: path, headersDistinct, body: Buffer.from(body) },
    base,
    signature,
  };
}

/** Runs `operation` again and again for so long, in microseconds. */
async function timeEach(
  seconds: number,
  operation: (turn: number) => Promise<unknown> | undefined,
): Promise<Sample> {
  const durations: number[] = [];
  const cpuBefore = process.cpuUsage();
  const end = performance.now() + seconds * 1000;
  for (let before = performance.now(); before < end;) {
    const pending = operation(durations.length);
    if (pending) await pending;
    const after = performance.now();
    durations.push((after - before) * 1000);
    before = after;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    p50: percentile(durations, 50),
    p99: percentile(durations, 99),
    cpu: (user + system) / durations.length,
  };
}

function variantsOf(algorithm: SignatureAlgorithm, seconds: number): Variant[] {
  const { privateKey, jwk } = generateKey(algorithm);
  const { kid, publicKey } = importMerchantKey(jwk);
  const merchantId = newId('mer');
  const created = Math.floor(Date.now() / 1000);
  const signer = { keyid: `${merchantId}/${kid}`, algorithm, privateKey };
  const requests = Array.from({ length: requestsPerKey }, () => signOne(signer, created));
  const requestAt = (turn: number): Signed => requests[turn % requestsPerKey]!;
  const options = {
    origin,
    wallNow: new Date(created * 1000),
    write: true,
    findKey: () => Promise.resolve({ ownerId: merchantId, kid, algorithm, publicKey, sandbox: false }),
  };
  const whole = (turn: number) => verifyRequest(requestAt(turn).message, options);
  const floor = (turn: number) => verifyBare(algorithm, publicKey, requestAt(turn));
  return [
    { name: wholeOf(algorithm), run: () => timeEach(seconds, whole) },
    { name: floorOf(algorithm), run: () => timeEach(seconds, floor) },
  ];
}

/** Answers with nothing; a signature that does not hold would make the floor one of something else. */
function verifyBare(algorithm: SignatureAlgorithm, key: KeyObject, { base, signature }: Signed): undefined {
  const { hash, options } = floors[algorithm];
  if (!verify(hash, base, { key, ...options }, signature)) throw new Error('a signature does not hold');
}

/** What verifyRequest costs beyond the bare verification of its algorithm, over one bare Ed25519 verification. */
function overheadRatio(algorithm: SignatureAlgorithm, key: 'p50' | 'cpu', by: string): Ratio {
  return {
    name: `${algorithm}: all but the verification / one Ed25519 verification, by ${by}`,
    goalAtMost: goal,
    of(round) {
      const whole = round[wholeOf(algorithm)]?.[key];
      const floor = round[floorOf(algorithm)]?.[key];
      const unit = round[floorOf('ed25519')]?.[key];
      return whole === undefined || floor === undefined || !unit ? undefined : (whole - floor) / unit;
    },
  };
}

async function run(settings: Settings) {
  const warmUp = algorithms.flatMap((algorithm) => variantsOf(algorithm, warmUpSeconds));
  settings.progress('warming up');
  for (const variant of warmUp) await variant.run();
  const variants = algorithms.flatMap((algorithm) => variantsOf(algorithm, settings.seconds));
  return {
    columns: [
      { key: 'p50', head: 'p50 µs', digits: 1 },
      { key: 'p99', head: 'p99 µs', digits: 1 },
      { key: 'cpu', head: 'CPU µs', digits: 1 },
    ],
    ratios: algorithms.flatMap((algorithm) => [
      overheadRatio(algorithm, 'p50', 'p50'),
      overheadRatio(algorithm, 'cpu', 'CPU'),
    ]),
    rounds: await runRounds(variants, settings),
    notes: [
      'verifyRequest reads the headers, holds them against the policy, builds the base, verifies it, and hashes the body.',
      'CPU has what p50 leaves out: collecting garbage, and whatever else the process did meanwhile.',
    ],
  };
}

/** Many short rounds, so that what else the machine does disturbs all variants alike. */
export const signatures: Benchmark = { defaults: { rounds: 40, seconds: 0.1 }, run };

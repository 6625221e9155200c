import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalJson } from '../../src/verify/canonical-json.ts';
import type { KeySet, ReceiptInput } from '../../src/verify.ts';

export type Json = Record<string, unknown>;

/** A gateway's key, as far as receipts need one. */
export function newKey(kid = 'test-key') {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = { ...publicKey.export({ format: 'jwk' }), alg: 'EdDSA', use: 'sig', kid };
  return { kid, privateKey, keys: { keys: [jwk] } satisfies KeySet };
}

export type Key = ReturnType<typeof newKey>;

const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** A compact JWS over these members; the header is that of a receipt unless the test says otherwise. */
export function signJws(
  claims: Json,
  key: { kid: string; privateKey: KeyObject },
  header: Json = {},
): string {
  const head = { alg: 'EdDSA', kid: key.kid, typ: 'morrow-receipt+jwt', ...header };
  const input = `${encode(canonicalJson(head))}.${encode(canonicalJson(claims))}`;
  return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
}

/** A hidden member: what opens it, and the digest that is signed. */
export function hide(name: string, value: unknown): { disclosure: string; digest: string } {
  const disclosure = encode(JSON.stringify(['c2FsdHNhbHRzYWx0c2FsdA', name, value]));
  return { disclosure, digest: createHash('sha256').update(disclosure).digest('base64url') };
}

/** A hundred yuan in three parts, of which the last takes the remainder. */
export const snapshot = {
  version: 1,
  code: 'pay_in_3',
  currency: 'CNY',
  amount: 10_000,
  down_payment: 0,
  financed: 10_000,
  finance_charge: 0,
  installments: [
    { number: 1, offset: { months: 0 }, amount: 3333, due_date: '2027-01-31' },
    { number: 2, offset: { months: 1 }, amount: 3333, due_date: '2027-02-28' },
    { number: 3, offset: { months: 2 }, amount: 3334, due_date: '2027-03-31' },
  ],
  cadence: { months: 1 },
  refund_policy: 'from_last',
  merchant: { id: 'mer_1', name: '茶馆 Tea House' },
  funder: { id: 'fnd_1', name: 'Lantern Bank' },
  terms_version: '2026-11',
  agreed_on: '2027-01-31',
};

export const agreementText = 'Who agrees\nYou agree with Lantern Bank.\n';

export const texts = [
  { purpose: 'agreement', version: '2026-11', locale: 'en', text_hash: sha256(agreementText) },
];

const head = {
  version: 1,
  environment: 'live',
  plan_id: 'pln_1',
  snapshot_hash: sha256(canonicalJson(snapshot)),
};

export function agreementClaims(change: Json = {}): Json {
  return {
    ...head,
    kind: 'agreement',
    sequence: 0,
    previous_hash: null,
    issued_at: '2027-01-31T02:00:00.000Z',
    order_id: 'ord_1',
    merchant_reference: 'tea-1',
    shopper_id: 'shp_1',
    agreed_at: '2027-01-31T01:59:00.000Z',
    cost: { currency: 'CNY', total_cost: 0, total_payable: 10_000, apr_percent: 0 },
    snapshot,
    ...change,
  };
}

const item = (number: number, due_date: string, principal: number, fee = 0) => ({
  number,
  due_date,
  amount: principal + fee,
  principal,
  interest: 0,
  fee,
  paid_amount: 0,
});

export function captureClaims(change: Json = {}): Json {
  return {
    ...head,
    kind: 'amendment',
    sequence: 1,
    issued_at: '2027-02-01T02:00:00.000Z',
    entry: { kind: 'capture', on_date: '2027-02-01', amount: 10_000 },
    currency: 'CNY',
    schedule: [item(1, '2027-02-01', 3333), item(2, '2027-03-01', 3333), item(3, '2027-04-01', 3334)],
    owed_amount: 10_000,
    ...change,
  };
}

export function feeClaims(change: Json = {}): Json {
  return {
    ...head,
    kind: 'amendment',
    sequence: 2,
    issued_at: '2027-02-20T02:00:00.000Z',
    currency: 'CNY',
    schedule: [item(1, '2027-02-01', 3333, 100), item(2, '2027-03-01', 3333), item(3, '2027-04-01', 3334)],
    owed_amount: 10_100,
    ...change,
  };
}

export const feeEntry = { kind: 'late_fee', on_date: '2027-02-20', amount: 100, number: 1 };

/** Signs these claims one after another, each with the hash of the one before. */
export function chainOf(key: Key, list: readonly Json[]): string[] {
  const chain: string[] = [];
  for (const claims of list) {
    const previous = chain.at(-1);
    chain.push(signJws(previous ? { previous_hash: sha256(previous), ...claims } : claims, key));
  }
  return chain;
}

/** An agreement, what shipped, and a late fee: with what the shopper alone has to open. */
export function wholeChain(key: Key): Required<ReceiptInput>[] {
  const [told, charged] = [hide('texts', texts), hide('entry', feeEntry)];
  const chain = chainOf(key, [
    agreementClaims({ _sd: [told.digest], _sd_alg: 'sha-256' }),
    captureClaims(),
    feeClaims({ _sd: [charged.digest], _sd_alg: 'sha-256' }),
  ]);
  const disclosures = [[told.disclosure], [], [charged.disclosure]];
  return chain.map((jws, index) => ({ jws, disclosures: disclosures[index] ?? [] }));
}

/** A JWS with its payload changed by somebody who has no key. */
export function withPayload(jws: string, change: (claims: Json) => Json): string {
  const [header, payload, signature] = jws.split('.');
  const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')) as Json;
  return [header, encode(canonicalJson(change(claims))), signature].join('.');
}

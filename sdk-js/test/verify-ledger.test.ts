import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../src/cli/main.ts';
import { canonicalJson } from '../src/verify/canonical-json.ts';
import { type LedgerProofInput, verifyLedgerProof } from '../src/verify.ts';
import { type Json, newKey, signJws } from './support/receipts.ts';

const folder = mkdtempSync(join(tmpdir(), 'morrow-ledger-'));
const key = newKey();

afterAll(() => rmSync(folder, { recursive: true }));

const hash = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The greatest power of two below `count`. */
const split = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1);

/** The tree as RFC 9162 section 2.1.1 defines it, word for word. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  const at = split(leaves.length);
  return hash(Buffer.of(1), treeHash(leaves.slice(0, at)), treeHash(leaves.slice(at)));
}

/** The audit path as section 2.1.3.1 defines it. */
function auditPath(place: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const at = split(leaves.length);
  return place < at
    ? [...auditPath(place, leaves.slice(0, at)), treeHash(leaves.slice(at))]
    : [...auditPath(place - at, leaves.slice(at)), treeHash(leaves.slice(0, at))];
}

const transfer = (id: number): Json => ({
  environment: 'live',
  id: String(id),
  event: 'capture',
  kind: 'posted',
  debit: 'cash',
  credit: 'clearing',
  currency: 'CNY',
  amount: 100 * id,
  occurred_at: '2026-03-01T00:00:00.000Z',
});

/** The proof of one transfer among `size`, in seal 7. */
function proofOf(size: number, place: number, claims: Json = {}): LedgerProofInput {
  const transfers = Array.from({ length: size }, (_, index) => transfer(index + 1));
  const leaves = transfers.map((one) => hash(Buffer.of(0), Buffer.from(canonicalJson(one), 'utf8')));
  const seal = {
    version: 1,
    environment: 'live',
    number: 7,
    size,
    root: treeHash(leaves).toString('hex'),
    previous_hash: null,
    sealed_at: '2026-03-01T00:00:01.000Z',
    ...claims,
  };
  return {
    transfers: [
      {
        transfer: transfers[place] ?? {},
        sealed: { seal: 7, place, path: auditPath(place, leaves).map((one) => one.toString('hex')) },
      },
    ],
    seals: [{ number: 7, jws: signJws(seal, key, { typ: 'morrow-seal+jwt' }) }],
  };
}

const verify = (proof: LedgerProofInput) => verifyLedgerProof({ proof, keys: key.keys });

describe('verifyLedgerProof', () => {
  test('follows every path of trees of all sizes to 33, and none from another place', async () => {
    for (let size = 1; size <= 33; size += 1) {
      for (let place = 0; place < size; place += 1) {
        const proof = proofOf(size, place);
        expect(await verify(proof), `${place} of ${size}`).toMatchObject({ status: 'verified' });
        const [one] = proof.transfers;
        if (!one?.sealed) throw new Error('it is sealed');
        const elsewhere = { ...one, sealed: { ...one.sealed, place: (place + 1) % (size + 1) } };
        expect((await verify({ ...proof, transfers: [elsewhere] })).status).toBe('refused');
      }
    }
  });

  test('refuses a seal of another key, another header, another number, environment or form', async () => {
    const other = newKey('other');
    const proof = proofOf(3, 1);
    expect(await verifyLedgerProof({ proof, keys: other.keys })).toMatchObject({ status: 'refused' });
    for (const claims of [{ number: 8 }, { environment: 'sbx_1' }, { version: 2 }, { size: 2 }, { root: 5 }])
      expect((await verify(proofOf(3, 1, claims))).status).toBe('refused');
    const [seal] = proof.seals;
    const claims = JSON.parse(Buffer.from(seal?.jws.split('.')[1] ?? '', 'base64url').toString()) as Json;
    for (const header of [
      { typ: 'morrow-receipt+jwt' },
      { alg: 'none' },
      { typ: 'morrow-seal+jwt', jwk: {} },
    ]) {
      const jws = signJws(claims, key, { typ: 'morrow-seal+jwt', ...header });
      expect((await verify({ ...proof, seals: [{ number: 7, jws }] })).status).toBe('refused');
    }
    expect((await verify({ ...proof, seals: [{ number: 7, jws: 'no.jws' }] })).status).toBe('refused');
  });
});

describe('morrow verify', () => {
  async function run(proof: unknown, ...options: string[]): Promise<{ code: number; text: string }> {
    const file = join(folder, 'proof.json');
    writeFileSync(file, JSON.stringify(proof));
    let text = '';
    const code = await main(['verify', file, ...options], (part) => void (text += part));
    return { code, text };
  }

  const jwks = join(folder, 'jwks.json');
  writeFileSync(jwks, JSON.stringify(key.keys));

  test('shows the transfers of a proof and what of them is proved', async () => {
    const proof = { object: 'ledger_proof', ...proofOf(3, 1) };
    const { code, text } = await run(proof, '--jwks', jwks);
    expect(code).toBe(0);
    expect(text).toContain('capture');
    expect(text).toContain('2.00 CNY');
    expect(text).toContain('✓ seal 7 over 3 transfers');
    expect(text).toContain('\nVERIFIED\n');
    expect(await run(proof)).toMatchObject({ code: 2 });
  });

  test('names the transfer that was changed, and takes no half proof', async () => {
    const whole = proofOf(3, 1);
    const spoiled = whole.transfers.map((one) => ({ ...one, transfer: { ...one.transfer, amount: 201 } }));
    const proof = { object: 'ledger_proof', ...whole, transfers: spoiled };
    const { code, text } = await run(proof, '--jwks', jwks);
    expect(code).toBe(1);
    expect(text).toContain('✗ transfer 2: It does not lead to the root of seal 7');
    expect(await run({ ...proof, seals: [{}] }, '--jwks', jwks)).toMatchObject({ code: 2 });
    const waiting = { ...proof, transfers: [{ transfer: transfer(1), sealed: null }] };
    expect(await run(waiting, '--jwks', jwks)).toMatchObject({ code: 2 });
  });
});

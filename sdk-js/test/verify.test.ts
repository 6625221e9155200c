import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../src/verify/canonical-json.ts';
import { type ReceiptInput, verifyReceipts } from '../src/verify.ts';
import {
  agreementClaims,
  captureClaims,
  chainOf,
  feeClaims,
  feeEntry,
  hide,
  type Json,
  newKey,
  sha256,
  signJws,
  snapshot,
  texts,
  wholeChain,
  withPayload,
} from './support/receipts.ts';

const key = newKey();
const receipts = wholeChain(key);

async function faultsOf(chain: readonly ReceiptInput[]): Promise<string[]> {
  const { status, faults } = await verifyReceipts({ receipts: chain, keys: key.keys });
  expect(status).toBe(faults.length > 0 ? 'refused' : 'verified');
  return faults.map(({ where, member }) => `${where}: ${member}`);
}

const only = (...jws: string[]): ReceiptInput[] => jws.map((text) => ({ jws: text }));
const replaced = (index: number, jws: string): ReceiptInput[] =>
  receipts.map((receipt, at) => (at === index ? { ...receipt, jws } : receipt));
const jwsOf = (index: number): string => receipts[index]?.jws ?? '';

describe('a chain as the gateway signed it', () => {
  test('verifies, and says what its holder may see', async () => {
    const { status, receipts: read, faults } = await verifyReceipts({ receipts, keys: key.keys });
    expect([status, faults]).toEqual(['verified', []]);
    expect(read.map(({ claims, keyId, withheld }) => [claims.kind, keyId, withheld])).toEqual([
      ['agreement', 'test-key', 0],
      ['amendment', 'test-key', 0],
      ['amendment', 'test-key', 0],
    ]);
    expect(read[0]?.claims).toMatchObject({ texts });
    expect(read[2]?.claims).toMatchObject({ entry: feeEntry });
  });

  test('verifies for the shop as well, from which some members are withheld', async () => {
    const { status, receipts: read } = await verifyReceipts({
      receipts: only(jwsOf(0), jwsOf(1), jwsOf(2)),
      keys: key.keys,
    });
    expect(status).toBe('verified');
    expect(read.map(({ withheld }) => withheld)).toEqual([1, 0, 1]);
    expect(read[2]?.claims).not.toHaveProperty('entry');
  });

  test('is not called verified without keys', async () => {
    expect(await verifyReceipts({ receipts })).toMatchObject({ status: 'unsigned', faults: [] });
  });

  test('verifies under any of several keys, as after a new master key', async () => {
    const other = newKey('newer');
    const keys = { keys: [...other.keys.keys, ...key.keys.keys] };
    expect(await verifyReceipts({ receipts, keys })).toMatchObject({ status: 'verified' });
  });
});

describe('what is refused, and by which name', () => {
  test('a changed amount, in the agreement and in an amendment', async () => {
    const cheaper = withPayload(jwsOf(0), (claims) => ({
      ...claims,
      snapshot: { ...snapshot, amount: 9000 },
    }));
    expect(await faultsOf(replaced(0, cheaper))).toEqual([
      'agreement: payload.snapshot_hash',
      'agreement: payload.snapshot.amount',
      'agreement: signature',
      'amendment 1: payload.previous_hash',
    ]);
    const smaller = withPayload(jwsOf(2), (claims) => {
      const [first, ...rest] = claims.schedule as Json[];
      return { ...claims, schedule: [{ ...first, amount: 3333 }, ...rest] };
    });
    expect(await faultsOf(replaced(2, smaller))).toEqual([
      'amendment 2: payload.schedule[0].amount',
      'amendment 2: payload.owed_amount',
      'amendment 2: signature',
    ]);
  });

  test('a member that nothing else speaks of: the signature does not fit', async () => {
    const other = withPayload(jwsOf(0), (claims) => ({ ...claims, merchant_reference: 'tea-2' }));
    expect(await faultsOf(only(other))).toEqual(['agreement: signature']);
  });

  test('any single changed character', async () => {
    const jws = jwsOf(1);
    for (let at = 0; at < jws.length; at += 7) {
      const other = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
      expect(await faultsOf(replaced(1, other)), `at ${at}`).not.toEqual([]);
    }
  });

  test('amendments in another order, or one left out', async () => {
    const [agreement, first, second] = receipts as [ReceiptInput, ReceiptInput, ReceiptInput];
    expect(await faultsOf([agreement, second, first])).toEqual([
      'amendment 2: payload.sequence',
      'amendment 1: payload.sequence',
    ]);
    const { faults } = await verifyReceipts({ receipts: [agreement, second], keys: key.keys });
    expect(faults).toEqual([
      {
        where: 'amendment 2',
        member: 'payload.sequence',
        message: 'Number 2 stands where number 1 should: amendment 1 is missing or out of order.',
      },
    ]);
    expect(await faultsOf([first, second])).toEqual([
      'amendment 1: payload.sequence',
      'amendment 2: payload.sequence',
    ]);
    expect(await faultsOf([agreement, agreement])).toEqual(['agreement: payload.sequence']);
    expect(await faultsOf([])).toEqual(['chain: receipts']);
  });

  test("an amendment of another plan, though the gateway's key signed it", async () => {
    const foreign = chainOf(key, [
      agreementClaims({ plan_id: 'pln_2' }),
      captureClaims({ plan_id: 'pln_2' }),
    ]);
    expect(await faultsOf(only(jwsOf(0), foreign[1] ?? ''))).toEqual([
      'amendment 1: payload.previous_hash',
      'amendment 1: payload.plan_id',
    ]);
  });

  test('another key, with its own name and with the name of the right one', async () => {
    expect(await faultsOf(wholeChain(newKey('other')))).toEqual([
      'agreement: header.kid',
      'amendment 1: header.kid',
      'amendment 2: header.kid',
    ]);
    expect(await faultsOf(wholeChain(newKey()))).toEqual([
      'agreement: signature',
      'amendment 1: signature',
      'amendment 2: signature',
    ]);
  });

  test('no algorithm, and a shared secret made of the public key', async () => {
    const claims = agreementClaims();
    const unsigned = signJws(claims, key, { alg: 'none' });
    expect(await faultsOf(only(unsigned))).toEqual(['agreement: header.alg']);
    expect(await faultsOf(only(unsigned.replace(/[^.]*$/, '')))).toEqual(['agreement: jws']);
    const input = signJws(claims, key, { alg: 'HS256' }).replace(/\.[^.]*$/, '');
    const secret = Buffer.from(String((key.keys.keys[0] as Json).x), 'base64url');
    const mac = createHmac('sha256', secret).update(input).digest('base64url');
    expect(await faultsOf(only(`${input}.${mac}`))).toEqual(['agreement: header.alg']);
  });

  test('a header that brings its own key or another type', async () => {
    const other = newKey();
    const jwk = other.keys.keys[0];
    expect(await faultsOf(only(signJws(agreementClaims(), other, { jwk })))).toEqual([
      'agreement: header.jwk',
      'agreement: signature',
    ]);
    expect(await faultsOf(only(signJws(agreementClaims(), key, { typ: 'JWT' })))).toEqual([
      'agreement: header.typ',
    ]);
    expect(await faultsOf(only(signJws(agreementClaims(), key, { crit: ['exp'] })))).toEqual([
      'agreement: header.crit',
      'agreement: signature',
    ]);
  });

  test('a disclosure that was changed, belongs elsewhere, or covers a signed member', async () => {
    const [agreement] = receipts as [Required<ReceiptInput>];
    const forged = hide('texts', [{ ...texts[0], text_hash: '0'.repeat(64) }]).disclosure;
    expect(await faultsOf([{ ...agreement, disclosures: [forged] }])).toEqual([
      'agreement: disclosures[0] (texts)',
    ]);
    const foreign = receipts[2]?.disclosures ?? [];
    expect(await faultsOf([{ ...agreement, disclosures: foreign }])).toEqual([
      'agreement: disclosures[0] (entry)',
    ]);
    const cover = hide('owed_amount', 0);
    const [, amendment = ''] = chainOf(key, [agreementClaims(), captureClaims({ _sd: [cover.digest] })]);
    expect(
      await faultsOf([
        { jws: chainOf(key, [agreementClaims()])[0] ?? '' },
        { jws: amendment, disclosures: [cover.disclosure] },
      ]),
    ).toEqual(['amendment 1: disclosures[0]']);
  });

  test.each<[string, Json, string[]]>([
    [
      'a last installment that takes more than the rest',
      { amounts: [3000, 3000, 4000] },
      ['installments[2].amount'],
    ],
    ['payments that differ before the last', { amounts: [3333, 3335, 3332] }, ['installments[1].amount']],
    ['payments that do not sum', { amounts: [3333, 3333, 3335] }, ['installments', '…cost.total_payable']],
  ])('%s, though it is signed', async (_, { amounts }, members) => {
    const installments = snapshot.installments.map((item, index) => ({
      ...item,
      amount: (amounts as number[])[index],
    }));
    const faults = await faultsOf(only(...chainOf(key, [withSnapshot({ installments })])));
    expect(faults).toEqual(
      members.map((member) =>
        member.startsWith('…')
          ? `agreement: payload.${member.slice(1)}`
          : `agreement: payload.snapshot.${member}`,
      ),
    );
  });

  test('dates that do not follow from the agreed distances', async () => {
    const [first, ...rest] = snapshot.installments;
    const early = withSnapshot({ installments: [{ ...first, due_date: '2027-01-30' }, ...rest] });
    expect(await faultsOf(only(...chainOf(key, [early])))).toContain(
      'agreement: payload.snapshot.installments[0].due_date',
    );
    const shipped = captureClaims({ entry: { kind: 'capture', on_date: '2027-02-02', amount: 10_000 } });
    expect(await faultsOf(only(...chainOf(key, [agreementClaims(), shipped])))).toEqual([
      'amendment 1: payload.schedule[0].due_date',
      'amendment 1: payload.schedule[1].due_date',
      'amendment 1: payload.schedule[2].due_date',
    ]);
  });

  test('figures beside the snapshot that are not its own', async () => {
    const cost = {
      currency: 'CNY',
      total_cost: 1,
      total_payable: 10_001,
      apr_percent: 7,
      shopper_rate_ppm: 1,
    };
    expect(await faultsOf(only(...chainOf(key, [agreementClaims({ cost })])))).toEqual([
      'agreement: payload.cost.total_cost',
      'agreement: payload.cost.total_payable',
      'agreement: payload.cost.apr_percent',
      'agreement: payload.cost.shopper_rate_ppm',
    ]);
  });

  test('what is no receipt at all', async () => {
    expect(await faultsOf(only('nonsense'))).toEqual(['agreement: jws']);
    expect(await faultsOf(only(signJws({ kind: 'invoice' }, key)))).toEqual(['agreement: payload.kind']);
    expect(await faultsOf(only(signJws({ ...agreementClaims(), snapshot: null }, key)))).toEqual([
      'agreement: payload',
    ]);
    expect(
      await faultsOf(
        only(...chainOf(key, [agreementClaims(), feeClaims({ sequence: 1, schedule: 'none' })])),
      ),
    ).toEqual(['amendment 1: payload']);
  });
});

test('an interest-bearing plan: level payments, the last one smaller, on a day of the month', async () => {
  const level = (number: number, due_date: string, principal: number, interest: number) => ({
    number,
    offset: { months: number },
    amount: principal + interest,
    principal,
    interest,
    due_date,
  });
  // ¥1,200 at 12 % a year in six months, 30/360, as in docs/money.md; due on the 20th, the first 15 days off at least.
  const installments = [
    level(1, '2027-03-20', 19_506, 1200),
    level(2, '2027-04-20', 19_701, 1005),
    level(3, '2027-05-20', 19_898, 808),
    level(4, '2027-06-20', 20_097, 609),
    level(5, '2027-07-20', 20_298, 408),
    level(6, '2027-08-20', 20_500, 205),
  ];
  const interest = {
    annual_rate_ppm: 120_000,
    shopper_rate_ppm: 120_000,
    method: 'annuity',
    day_count: '30/360',
  };
  const terms = {
    ...snapshot,
    code: 'monthly_6',
    amount: 120_000,
    financed: 120_000,
    finance_charge: 4235,
    installments,
    interest,
    repayment_day: 20,
    agreed_on: '2027-02-10',
    apr_percent: 12.68,
  };
  const cost = {
    currency: 'CNY',
    total_cost: 4235,
    total_payable: 124_235,
    apr_percent: 12.68,
    annual_rate_ppm: 120_000,
    shopper_rate_ppm: 120_000,
  };
  const signed = chainOf(key, [{ ...withSnapshot(terms), cost }]);
  expect(await faultsOf(only(...signed))).toEqual([]);
  const moved = withSnapshot({ ...terms, agreed_on: '2027-02-03' });
  expect(await faultsOf(only(...chainOf(key, [{ ...moved, cost }])))).toContain(
    'agreement: payload.snapshot.installments[0].due_date',
  );
});

/** An agreement on a snapshot that differs so, with its right hash. */
function withSnapshot(change: Json): Json {
  const other = { ...snapshot, ...change };
  return agreementClaims({ snapshot: other, snapshot_hash: sha256(canonicalJson(other)) });
}

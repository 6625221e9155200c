import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cells } from '../src/plans/allocation.ts';
import { canonicalJson } from '../src/lib/canonical-json.ts';
import { offersFor } from '../src/plans/offers.ts';
import {
  fundersOf,
  hashSnapshot,
  makeSnapshot,
  parseSnapshot,
  planSnapshotSchema,
} from '../src/plans/snapshot.ts';
import { monthlyPlan } from './support/plans.ts';
import { runs } from './support/runs.ts';

function agreed(change: { agreedOn?: string; refundPolicy?: 'pro_rata' } = {}) {
  const offer = offersFor({
    amount: 10_001n,
    currency: 'CNY',
    shippedOn: '2027-01-31',
    firstPart: 'checkout',
  }).find(({ code }) => code === 'pay_in_4');
  if (!offer) throw new Error('not offered');
  return makeSnapshot({
    offer,
    merchant: { id: 'mer_1', name: '小店 Café' },
    funder: { id: 'fnd_1', name: 'First Funder' },
    termsVersion: '2027-01',
    agreedOn: '2027-01-31',
    ...change,
  });
}

/** The same data with every object's keys in reverse, as a database may give it back. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

const reasonsOf = (json: unknown): string[] | undefined =>
  planSnapshotSchema.safeParse(json).error?.issues.map(({ message }) => message);

describe('the snapshot of an agreed plan', () => {
  it('holds offsets, amounts, the dates if shipped that day, and with whom', () => {
    expect(agreed()).toEqual({
      version: 1,
      code: 'pay_in_4',
      currency: 'CNY',
      amount: 10_001,
      down_payment: 2500,
      financed: 7501,
      finance_charge: 0,
      installments: [
        { number: 1, offset: { days: 14 }, amount: 2500, due_date: '2027-02-14' },
        { number: 2, offset: { days: 28 }, amount: 2500, due_date: '2027-02-28' },
        { number: 3, offset: { days: 42 }, amount: 2501, due_date: '2027-03-14' },
      ],
      cadence: { days: 14 },
      refund_policy: 'from_last',
      merchant: { id: 'mer_1', name: '小店 Café' },
      funder: { id: 'fnd_1', name: 'First Funder' },
      terms_version: '2027-01',
      agreed_on: '2027-01-31',
    });
    expect(agreed({ refundPolicy: 'pro_rata' }).refund_policy).toBe('pro_rata');
  });

  it('dates the installments from the day of the agreement', () => {
    expect(agreed({ agreedOn: '2027-02-01' }).installments[0]?.due_date).toBe('2027-02-15');
  });

  it('cannot be changed at any level', () => {
    const snapshot = agreed();
    const read = parseSnapshot(JSON.parse(JSON.stringify(snapshot)));
    for (const frozen of [snapshot, read]) {
      for (const part of [
        frozen,
        frozen.installments,
        frozen.installments[1],
        frozen.installments[1]?.offset,
        frozen.cadence,
        frozen.merchant,
        frozen.funder,
      ]) {
        expect(Object.isFrozen(part)).toBe(true);
      }
    }
  });

  it('survives JSON, whatever the order of the keys, with the same hash', () => {
    const snapshot = agreed();
    const read = parseSnapshot(reversed(JSON.parse(JSON.stringify(snapshot))));
    expect(read).toEqual(snapshot);
    expect(hashSnapshot(read)).toBe(hashSnapshot(snapshot));
  });

  it('has the SHA-256 of its canonical JSON as its hash', () => {
    const text =
      '{"agreed_on":"2027-01-31","amount":10001,"cadence":{"days":14},"code":"pay_in_4","currency":"CNY",' +
      '"down_payment":2500,"finance_charge":0,"financed":7501,"funder":{"id":"fnd_1","name":"First Funder"},' +
      '"installments":[{"amount":2500,"due_date":"2027-02-14","number":1,"offset":{"days":14}},' +
      '{"amount":2500,"due_date":"2027-02-28","number":2,"offset":{"days":28}},' +
      '{"amount":2501,"due_date":"2027-03-14","number":3,"offset":{"days":42}}],' +
      '"merchant":{"id":"mer_1","name":"小店 Café"},"refund_policy":"from_last","terms_version":"2027-01","version":1}';
    expect(hashSnapshot(agreed())).toBe(createHash('sha256').update(text).digest('hex'));
  });

  it('has another hash when anything in it is other', () => {
    const base = agreed();
    const others = [
      agreed({ refundPolicy: 'pro_rata' }),
      agreed({ agreedOn: '2027-02-01' }),
      parseSnapshot({ ...base, terms_version: '2027-02' }),
      parseSnapshot({ ...base, funder: { ...base.funder, id: 'fnd_2' } }),
    ];
    expect(new Set([base, ...others].map(hashSnapshot)).size).toBe(others.length + 1);
  });
});

describe('what is not a snapshot', () => {
  const base = agreed();
  const [first, second, third] = base.installments;
  const wrong: Record<string, unknown> = {
    'a sum that does not hold': { ...base, down_payment: 2501 },
    'installments that do not add up': { ...base, installments: [first, second] },
    'installments out of order': { ...base, installments: [second, first, third] },
    'a gap in the numbers': { ...base, installments: [first, second, { ...third, number: 4 }] },
    'a due date that does not follow from its offset': {
      ...base,
      installments: [first, second, { ...third, due_date: '2027-03-15' }],
    },
    'dates that do not ascend': {
      ...base,
      installments: [first, second, { ...third, offset: { days: 28 }, due_date: '2027-02-28' }],
    },
    'an installment of nothing': { ...base, installments: [first, { ...second, amount: 0 }, third] },
    'a fraction of a minor unit': { ...base, amount: 10_001.5 },
    'a charge without terms': { ...base, finance_charge: 100 },
    'a subsidy without terms': { ...base, subsidy: 0 },
    'interest without terms': {
      ...base,
      installments: [first, second, { ...third, principal: 2500, interest: 1 }],
    },
    'a repayment day of a plan by the week': { ...base, repayment_day: 14 },
    'an order of allocation with a gap': { ...base, allocation: cells.slice(1) },
    'an order of allocation that says something twice': {
      ...base,
      allocation: ['due_fee', ...cells.slice(1)],
    },
    'a market that there is not': { ...base, market: 'JP' },
    'a purchase from nobody': { ...base, merchant: undefined },
    'a cash draw from a merchant': { ...base, code: 'cash_draw' },
    'a cadence that stands still': { ...base, cadence: { days: 0 } },
    'an unknown currency': { ...base, currency: 'XXX' },
    'an unknown member': { ...base, discount: 1 },
    'an unknown version': { ...base, version: 2 },
    'a missing member': { ...base, agreed_on: undefined },
    'nothing at all': null,
  };
  for (const [what, json] of Object.entries(wrong)) {
    it(`is refused: ${what}`, () => {
      expect(() => parseSnapshot(json)).toThrow(expect.objectContaining({ name: 'ZodError' }));
      expect(reasonsOf(json)).not.toContain('');
    });
  }

  it('takes no amount that JSON cannot hold exactly', () => {
    const [offer] = offersFor({
      amount: 2n ** 53n,
      currency: 'JPY',
      shippedOn: '2027-01-01',
      firstPart: 'capture',
    });
    if (!offer) throw new Error('not offered');
    const party = { id: 'x', name: 'x' };
    expect(() =>
      makeSnapshot({ offer, merchant: party, funder: party, termsVersion: '1', agreedOn: '2027-01-01' }),
    ).toThrow(RangeError);
  });
});

describe('a snapshot that contradicts itself', () => {
  const base = agreed();
  const [first, second, third] = base.installments;
  const borrowed = monthlyPlan({ repaymentDay: 5 });
  const [early, ...late] = borrowed.installments;
  const misnumbered = { ...third, number: 4 };

  it.each<[string, unknown]>([
    ['the parts do not add up to the amount', { ...base, down_payment: 2501 }],
    [
      'the installments do not add up to what is financed and what that costs',
      { ...borrowed, finance_charge: borrowed.finance_charge + 1 },
    ],
    ['there is a charge without terms', { ...base, subsidy: 0 }],
    [
      'there is a charge without terms',
      { ...base, installments: [first, second, { ...third, principal: 2501 }] },
    ],
    [
      'there is a charge without terms',
      { ...base, installments: [first, second, { ...third, interest: 0 }] },
    ],
    [
      'there is a charge without terms',
      {
        ...base,
        finance_charge: 1,
        installments: [first, second, { ...third, amount: (third?.amount ?? 0) + 1 }],
      },
    ],
    [
      'an installment is not its principal and its interest',
      { ...borrowed, installments: [{ ...early, interest: (early?.interest ?? 0) + 1 }, ...late] },
    ],
    [
      'an installment is not its principal and its interest',
      { ...borrowed, installments: [{ ...early, interest: undefined }, ...late] },
    ],
    [
      'the principal does not add up to what is financed',
      {
        ...borrowed,
        installments: [
          { ...early, principal: (early?.principal ?? 0) - 1, interest: (early?.interest ?? 0) + 1 },
          ...late,
        ],
      },
    ],
    ['the installments are not numbered in order', { ...base, installments: [first, second, misnumbered] }],
    [
      'a due date does not follow from its offset',
      { ...base, installments: [first, second, { ...third, due_date: '2027-03-15' }] },
    ],
    [
      'the due dates do not ascend',
      {
        ...base,
        installments: [first, second, { ...third, offset: { days: 28 }, due_date: '2027-02-28' }],
      },
    ],
    ['a repayment day needs a monthly calendar', { ...borrowed, cadence: { days: 14 } }],
    ['a merchant sells what is bought, and nothing else', { ...base, merchant: undefined }],
    ['a merchant sells what is bought, and nothing else', { ...base, code: 'cash_draw' }],
    [
      'the shopper pays more than the whole rate',
      { ...borrowed, interest: { ...borrowed.interest, shopper_rate_ppm: 120_001 } },
    ],
    [
      'the order of allocation does not name each part of a debt once',
      { ...base, allocation: cells.slice(1) },
    ],
    [
      'the order of allocation does not name each part of a debt once',
      { ...base, allocation: ['due_fee', ...cells.slice(1)] },
    ],
    [
      'the order of allocation does not name each part of a debt once',
      { ...base, allocation: ['due_fee', ...cells] },
    ],
  ])('is refused because %s', (reason, json) => {
    expect(reasonsOf(json)).toEqual([reason]);
  });

  it('is told everything that is wrong at once', () => {
    expect(reasonsOf({ ...base, down_payment: 2501, subsidy: 0 })).toEqual([
      'the parts do not add up to the amount',
      'there is a charge without terms',
    ]);
  });
});

describe('who carries a plan', () => {
  it('is its funder, and those who carry it together with that one', () => {
    const base = agreed();
    const other = { id: 'fnd_2', name: 'Second Funder' };
    expect(fundersOf(base)).toEqual([base.funder]);
    expect(fundersOf({ ...base, co_funders: [other] })).toEqual([base.funder, other]);
  });
});

describe('the snapshot of a plan with interest', () => {
  const snapshot = monthlyPlan({ repaymentDay: 5, terms: { shopper_rate_ppm: 60_000 } });
  const [first, second, ...others] = snapshot.installments;

  it('holds the terms, and what of each installment is principal and interest', () => {
    expect(snapshot).toMatchObject({
      financed: 120_000,
      finance_charge: 2008,
      subsidy: 2008,
      interest: {
        annual_rate_ppm: 120_000,
        shopper_rate_ppm: 60_000,
        method: 'annuity',
        day_count: '30/360',
      },
      repayment_day: 5,
    });
    expect(first).toEqual({
      number: 1,
      offset: { months: 1 },
      due_date: '2027-02-05',
      amount: 20_335,
      principal: 19_835,
      interest: 500,
    });
    expect(parseSnapshot(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot);
  });

  it('keeps what else was agreed, and leaves out what was not', () => {
    const offer = offersFor({
      amount: 9000n,
      currency: 'CNY',
      shippedOn: '2027-01-31',
      firstPart: 'capture',
    })[0];
    if (!offer) throw new Error('not offered');
    const party = { id: 'x', name: 'x' };
    const agreed = {
      offer,
      merchant: party,
      funder: party,
      termsVersion: '1',
      agreedOn: '2027-01-31',
      allocation: cells.toReversed(),
      lateFee: { amount: 500, grace_days: 3, most_percent: 25 },
      market: 'UK' as const,
      aprPercent: 0,
      disclosureHash: 'ab12',
    };
    expect(makeSnapshot(agreed)).toMatchObject({
      allocation: cells.toReversed(),
      late_fee: { amount: 500, grace_days: 3, most_percent: 25 },
      market: 'UK',
      apr_percent: 0,
      disclosure_hash: 'ab12',
    });
    expect(hashSnapshot(makeSnapshot(agreed))).not.toBe(
      hashSnapshot(makeSnapshot({ ...agreed, market: 'EU' })),
    );
  });

  const wrong: Record<string, unknown> = {
    'an installment that is not its parts': {
      ...snapshot,
      installments: [{ ...first, interest: 501 }, second, ...others],
    },
    'parts that are missing': {
      ...snapshot,
      installments: [{ ...first, interest: undefined }, second, ...others],
    },
    'principal that is not what is financed': {
      ...snapshot,
      installments: [{ ...first, principal: 19_834, interest: 501 }, second, ...others],
    },
    'a charge that is not the interest': { ...snapshot, finance_charge: 2009 },
    'a shopper who pays more than the rate': {
      ...snapshot,
      interest: { ...snapshot.interest, shopper_rate_ppm: 120_001 },
    },
    'dates of another repayment day': { ...snapshot, repayment_day: 6 },
    'terms that there are not': { ...snapshot, interest: { ...snapshot.interest, method: 'balloon' } },
  };
  for (const [what, json] of Object.entries(wrong)) {
    it(`is refused: ${what}`, () => {
      expect(() => parseSnapshot(json)).toThrow(expect.objectContaining({ name: 'ZodError' }));
      expect(reasonsOf(json)).not.toContain('');
    });
  }
});

describe('canonical JSON', () => {
  it('prints the example of RFC 8785, section 3.2.2 and 3.2.3', () => {
    const value: unknown = JSON.parse(`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`);
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        `"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
    );
  });

  it('sorts keys by UTF-16 code units as in RFC 8785, section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(JSON.parse(canonicalJson(value))).toEqual(value);
    expect(canonicalJson(value).match(/"[A-Z][A-Za-z: ]+"/g)).toEqual([
      '"Carriage Return"',
      '"One"',
      '"Control"',
      '"Latin Small Letter O With Diaeresis"',
      '"Euro Sign"',
      '"Emoji: Grinning Face"',
      '"Hebrew Letter Dalet With Dagesh"',
    ]);
  });

  it('refuses what JSON cannot say', () => {
    for (const value of [
      undefined,
      1n,
      Number.NaN,
      Infinity,
      { a: undefined },
      [() => 1],
      '\ud800',
      { '\udc00': 1 },
    ]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });

  it('reads back as the same value, whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (generated) => {
        const value: unknown = JSON.parse(JSON.stringify(generated));
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
      runs(),
    );
  });
});

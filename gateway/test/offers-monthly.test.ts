import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyVersion } from '../src/pay-score/policy.ts';
import { openingTerms } from '../src/standing/limit-policy.ts';
import { needsFifthInstallment } from '../src/plans/fifth-installment.ts';
import { rulesFor } from '../src/plans/markets.ts';
import {
  monthlyPlanCodes,
  monthlyPlans,
  type OfferInput,
  offersFor,
  type PlanCode,
  type PlanOffer,
  shopperRateOf,
} from '../src/plans/offers.ts';
import { largestFinanced, programmes, smallestMonthly } from '../src/plans/programmes.ts';
import { hashSnapshot, makeSnapshot } from '../src/plans/snapshot.ts';

/** money.md, rule 6: ¥1,200 at 12 % nominal, by 30/360. */
const purchase: OfferInput = {
  amount: 120_000n,
  currency: 'CNY',
  shippedOn: '2027-01-31',
  firstPart: 'capture',
  programme: programmes.medical,
  annualRatePpm: 120_000,
};

function offerOf(code: PlanCode, change: Partial<OfferInput> = {}): PlanOffer {
  const offer = offersFor({ ...purchase, ...change }).find((candidate) => candidate.code === code);
  if (!offer) throw new Error(`${code} is not offered`);
  return offer;
}

const codesOf = (change: Partial<OfferInput>) =>
  offersFor({ ...purchase, ...change }).map(({ code }) => code);
const total = (amounts: bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
const inBig = (whole: number[]) => whole.map(BigInt);

describe('a plan by the month', () => {
  it('is an annuity to the cent, the last payment taking the remainder', () => {
    const offer = offerOf('monthly_6');
    expect(offer.installments.map(({ amount }) => amount)).toEqual(
      inBig([20_706, 20_706, 20_706, 20_706, 20_706, 20_705]),
    );
    expect(offer).toMatchObject({ financed: 120_000n, financeCharge: 4_235n, downPayment: 0n, subsidy: 0n });
    expect(offer.installments[0]).toMatchObject({ principal: 19_506n, interest: 1_200n });
    expect(offer.interest).toEqual({
      annual_rate_ppm: 120_000,
      shopper_rate_ppm: 120_000,
      method: 'annuity',
      day_count: '30/360',
    });
  });

  it('falls due a month after the goods ship, and at the end of a shorter month', () => {
    expect(offerOf('monthly_3').installments.map(({ dueDate }) => dueDate)).toEqual([
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
    ]);
  });

  it('falls due on a chosen day, at least 15 days after the goods ship, and bears interest by the days', () => {
    const near = offerOf('monthly_3', { repaymentDay: 15 });
    expect(near.installments.map(({ dueDate }) => dueDate)).toEqual([
      '2027-02-15',
      '2027-03-15',
      '2027-04-15',
    ]);
    const far = offerOf('monthly_3', { repaymentDay: 14 });
    expect(far.installments.map(({ dueDate }) => dueDate)).toEqual([
      '2027-03-14',
      '2027-04-14',
      '2027-05-14',
    ]);
    expect(near.repaymentDay).toBe(15);
    // 15 days of 30 are half a month's interest: 0.5 % of 1,200.00. A first period of 44 days costs more than a month.
    expect(near.installments[0]?.interest).toBe(600n);
    expect(far.financeCharge).toBeGreaterThan(offerOf('monthly_3').financeCharge);
    expect(near.financeCharge).toBeLessThan(offerOf('monthly_3').financeCharge);
  });

  it('pays equal principal where the programme says so', () => {
    const offer = offerOf('monthly_12', { programme: programmes.education });
    expect(offer.interest?.method).toBe('equal_principal');
    expect(new Set(offer.installments.map(({ principal }) => principal))).toEqual(new Set([10_000n]));
    expect(offer.installments.slice(0, 3).map(({ interest }) => interest)).toEqual([1_200n, 1_100n, 1_000n]);
  });

  it('needs a rate, and an amount that is worth it', () => {
    expect(codesOf({ annualRatePpm: undefined })).toEqual(['pay_after', 'pay_in_3']);
    expect(codesOf({ amount: smallestMonthly('CNY') - 1n })).toEqual(['pay_after', 'pay_in_3']);
    expect(codesOf({ amount: smallestMonthly('CNY') })).toEqual([
      'pay_after',
      'pay_in_3',
      'monthly_3',
      'monthly_6',
      'monthly_12',
      'monthly_24',
      'monthly_36',
    ]);
    expect(smallestMonthly('JPY')).toBe(10_000n);
    expect(smallestMonthly('KWD')).toBe(21_000n);
  });

  it('adds up for every amount, rate, currency, method and day, and costs exactly its interest', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('CNY', 'JPY', 'KWD'),
        fc.bigInt({ min: 0n, max: 900_000n }),
        fc.integer({ min: 72_000, max: 180_000 }),
        fc.constantFrom(programmes.medical, programmes.education, programmes.retail),
        fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined }),
        fc.integer({ min: 0, max: 100 }),
        (currency, more, annualRatePpm, programme, repaymentDay, percent) => {
          const amount = smallestMonthly(currency) + more;
          const subsidies = Object.fromEntries(monthlyPlanCodes.map((code) => [code, percent]));
          const input = { ...purchase, amount, currency, annualRatePpm, programme, repaymentDay, subsidies };
          const offers = offersFor(input).filter(({ interest }) => interest !== undefined);
          expect(offers.length).toBeGreaterThan(0);
          for (const offer of offers) {
            const { installments, financeCharge, subsidy } = offer;
            expect(installments).toHaveLength(monthlyPlans[offer.code as keyof typeof monthlyPlans]);
            expect(total(installments.map(({ principal }) => principal))).toBe(amount);
            expect(total(installments.map((item) => item.amount))).toBe(amount + financeCharge);
            expect(installments.every((item) => item.amount === item.principal + item.interest)).toBe(true);
            expect(installments.every((item) => item.amount > 0n && item.interest >= 0n)).toBe(true);
            const dates = installments.map(({ dueDate }) => dueDate);
            expect(dates).toEqual([...new Set(dates)].toSorted());
            if (percent === 0) expect(subsidy).toBe(0n);
            if (percent === 100) expect(financeCharge).toBe(0n);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('interest that the shop pays', () => {
  it('leaves the shopper with nothing to pay when it is the whole, and then comes first', () => {
    const offers = offersFor({ ...purchase, subsidies: { monthly_6: 100 } });
    expect(offers.map(({ code }) => code).slice(0, 4)).toEqual([
      'pay_after',
      'pay_in_3',
      'monthly_6',
      'monthly_3',
    ]);
    const free = offers[2];
    expect(free).toMatchObject({ financeCharge: 0n });
    expect(free?.installments.map(({ amount }) => amount)).toEqual(Array(6).fill(20_000n));
    expect(free?.interest).toMatchObject({ annual_rate_ppm: 120_000, shopper_rate_ppm: 0 });
    // Equal parts of 200.00 at 1 % a month: 12 + 10 + 8 + 6 + 4 + 2.
    expect(free?.subsidy).toBe(4_200n);
  });

  it('is shared in percent of the rate', () => {
    expect(shopperRateOf(120_000, 25)).toBe(90_000);
    expect(shopperRateOf(72_001, 50)).toBe(36_000);
    const shared = offerOf('monthly_6', { subsidies: { monthly_6: 50 } });
    const alone = offerOf('monthly_6', { annualRatePpm: 60_000 });
    expect(shared.interest).toMatchObject({ annual_rate_ppm: 120_000, shopper_rate_ppm: 60_000 });
    expect(shared.installments.map(({ amount }) => amount)).toEqual(
      alone.installments.map(({ amount }) => amount),
    );
    expect(shared.subsidy).toBeGreaterThan(0n);
    expect(offerOf('monthly_12', { subsidies: { monthly_6: 50 } }).subsidy).toBe(0n);
  });
});

describe('a programme', () => {
  it.each([
    ['retail', ['pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_6', 'monthly_12', 'monthly_24']],
    ['dining', ['pay_after']],
    ['travel', ['pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_6', 'monthly_12']],
    ['education', ['pay_in_3', 'monthly_6', 'monthly_12', 'monthly_24', 'monthly_36']],
    [
      'medical',
      ['pay_after', 'pay_in_3', 'monthly_3', 'monthly_6', 'monthly_12', 'monthly_24', 'monthly_36'],
    ],
    ['in_store', ['pay_after', 'pay_in_3', 'pay_in_4', 'monthly_3', 'monthly_6']],
  ] as const)('of %s offers its plans, shortest first, and names itself', (code, plans) => {
    const offers = offersFor({ ...purchase, programme: programmes[code] });
    expect(offers.map((offer) => offer.code)).toEqual(plans);
    expect(offers.every(({ programme }) => programme === code)).toBe(true);
  });

  it('ends at its cap, and has a term of its own for one payment', () => {
    const cap = largestFinanced(programmes.dining, 'CNY');
    expect(cap).toBe(200_000n);
    expect(codesOf({ programme: programmes.dining, amount: cap })).toEqual(['pay_after']);
    expect(codesOf({ programme: programmes.dining, amount: cap + 1n })).toEqual([]);
    const days = (change: Partial<OfferInput>) =>
      offerOf('pay_after', { programme: programmes.dining, ...change }).installments[0]?.offset;
    expect(days({})).toEqual({ days: 14 });
    expect(days({ payAfterDays: 0 })).toEqual({ days: 0 });
  });
});

describe('a rate', () => {
  it('falls with the score, from 18 % to 7.2 % a year, and belongs to the policy’s version', () => {
    const rateAt = (score: number) =>
      openingTerms({ score, targetLimit: 2_000_000n, ceiling: null }).annualRatePpm;
    expect([300, 539, 540, 579, 580, 620, 660, 699, 700, 850].map(rateAt)).toEqual([
      180_000, 180_000, 144_000, 144_000, 126_000, 108_000, 90_000, 90_000, 72_000, 72_000,
    ]);
    expect(policyVersion).toBe('2026-11-3');
  });
});

describe('the rules of a market', () => {
  const on = '2027-01-31';

  it('refuse in China what costs more than 24 % a year in all', () => {
    const rules = rulesFor('CN', on);
    // 21.6 % a year nominal is 23.87 % by the internal rate of return, 21.8 % is 24.11 %.
    expect(codesOf({ rules, annualRatePpm: 216_000 })).toContain('monthly_12');
    expect(codesOf({ rules, annualRatePpm: 218_000 })).not.toContain('monthly_12');
    expect(codesOf({ rules, annualRatePpm: 218_000, subsidies: { monthly_12: 50 } })).toContain('monthly_12');
  });

  it('refuse in China more than a consumer’s line of 200,000', () => {
    const programme = { ...programmes.medical, largestSteps: 1_000n };
    const rules = rulesFor('CN', on);
    expect(codesOf({ rules, programme, amount: 20_000_000n })).toContain('pay_after');
    expect(codesOf({ rules, programme, amount: 20_000_001n })).toEqual([]);
  });

  it('refuse in Britain what is free of interest for longer than 12 payments in 12 months', () => {
    const subsidies = { monthly_12: 100, monthly_24: 100 };
    const rules = rulesFor('UK', on);
    const codes = codesOf({ rules, currency: 'GBP', subsidies });
    expect(codes).toContain('monthly_12');
    expect(codes).not.toContain('monthly_24');
    // With a charge it is credit like any other, with its own form.
    expect(codesOf({ rules, currency: 'GBP' })).toContain('monthly_24');
    // A first period of more than a month ends the twelfth payment after the year.
    expect(codesOf({ rules, currency: 'GBP', subsidies, repaymentDay: 14 })).not.toContain('monthly_12');
  });
});

it('the snapshot of an offer holds its interest, subsidy and day, and its hash changes with each of them', () => {
  const party = { id: 'x_1', name: 'X' };
  const freeze = (change: Partial<OfferInput>) =>
    makeSnapshot({
      offer: offerOf('monthly_6', change),
      merchant: party,
      funder: party,
      termsVersion: '1',
      agreedOn: purchase.shippedOn,
    });
  const snapshots = [
    freeze({}),
    freeze({ subsidies: { monthly_6: 100 } }),
    freeze({ repaymentDay: 15 }),
    freeze({ programme: { ...programmes.medical, method: 'equal_principal' } }),
    freeze({ dayCount: 'actual/365' }),
  ];
  expect(snapshots[0]).toMatchObject({ finance_charge: 4_235, subsidy: 0, programme: 'medical' });
  expect(snapshots[1]).toMatchObject({
    finance_charge: 0,
    subsidy: 4_200,
    interest: { shopper_rate_ppm: 0 },
  });
  expect(snapshots[2]).toMatchObject({ repayment_day: 15 });
  expect(new Set(snapshots.map(hashSnapshot)).size).toBe(snapshots.length);
});

describe('a capture that would need a fifth installment', () => {
  const party = { id: 'x_1', name: 'X' };
  const agreed = (code: PlanCode, market: 'US' | 'CN' | undefined, change: Partial<OfferInput> = {}) =>
    makeSnapshot({
      offer: offerOf(code, { programme: programmes.retail, amount: 100_000n, ...change }),
      merchant: party,
      funder: party,
      termsVersion: '1',
      agreedOn: purchase.shippedOn,
      ...(market && { market }),
    });
  const first = { kind: 'capture', amount: 60_000n, onDate: '2027-01-31' } as const;
  const second = (onDate: string) => ({ amount: 40_000n, onDate });

  it('is one that comes when two are due, in the US and without interest', () => {
    // 150.00 each; two are due on 14 February, the other two have room for 100.00 each, and 200.00 would be left.
    const plan = agreed('pay_in_4', 'US');
    expect(needsFifthInstallment(plan, [first], second('2027-02-14'))).toBe(true);
    expect(needsFifthInstallment(plan, [first], { amount: 20_001n, onDate: '2027-02-14' })).toBe(true);
    expect(needsFifthInstallment(plan, [first], { amount: 20_000n, onDate: '2027-02-14' })).toBe(false);
  });

  it('is not one elsewhere, nor where more than four were shown before consent', () => {
    expect(needsFifthInstallment(agreed('pay_in_4', 'CN'), [first], second('2027-02-14'))).toBe(false);
    expect(needsFifthInstallment(agreed('pay_in_4', undefined), [first], second('2027-02-14'))).toBe(false);
    expect(needsFifthInstallment(agreed('monthly_3', 'US'), [first], second('2027-03-31'))).toBe(false);
    const free = agreed('monthly_6', 'US', { subsidies: { monthly_6: 100 } });
    expect(needsFifthInstallment(free, [first], second('2027-07-31'))).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { disclosureOf } from '../src/plans/agreed-disclosure.ts';
import { type DisclosureFacts, disclosureFor, disclosureHash } from '../src/plans/disclosure.ts';
import { offersFor } from '../src/plans/offers.ts';
import { programmes } from '../src/plans/programmes.ts';
import { makeSnapshot } from '../src/plans/snapshot.ts';

const agreedOn = '2027-01-10';
const funder = { id: 'fnd_1', name: 'North Bank' };
const merchant = { id: 'mer_1', name: 'Lamp Shop' };
const lateFee = { amount: 1000, grace_days: 3, most_percent: 10 };

function agreed(code: string, more: Pick<DisclosureFacts, 'lateFee'>) {
  const offer = offersFor({
    amount: 120_000n,
    currency: 'CNY',
    shippedOn: agreedOn,
    firstPart: 'checkout',
    programme: programmes.retail,
    annualRatePpm: 120_000,
    subsidies: { monthly_6: 50 },
  }).find((candidate) => candidate.code === code);
  if (!offer) throw new Error(`${code} is not offered`);
  const facts = { market: 'EU' as const, date: agreedOn, startsOn: agreedOn, offer, funder, merchant };
  const read = disclosureFor({ ...facts, ...more });
  const made = (change: { market?: 'EU' | 'US'; disclosureHash?: string }) =>
    makeSnapshot({
      offer,
      merchant,
      funder,
      termsVersion: '1',
      agreedOn,
      ...(more.lateFee && { lateFee: more.lateFee }),
      ...change,
    });
  return { read, made };
}

describe('the block that was read before a plan was agreed to', () => {
  it.each([
    ['monthly_6', null],
    ['monthly_6', lateFee],
    ['pay_in_4', null],
  ])('of %s with the late fee %j is made again from the snapshot', (code, fee) => {
    const { read, made } = agreed(code, { lateFee: fee });
    const snapshot = made({ market: 'EU', disclosureHash: disclosureHash(read) });
    expect(disclosureOf(snapshot)).toEqual(read);
  });

  it('is not known without a market or a hash, nor where it is not the one that was read', () => {
    const { read, made } = agreed('monthly_6', { lateFee: null });
    const hash = disclosureHash(read);
    expect(disclosureOf(made({ disclosureHash: hash }))).toBeUndefined();
    expect(disclosureOf(made({ market: 'EU' }))).toBeUndefined();
    expect(disclosureOf(made({ market: 'US', disclosureHash: hash }))).toBeUndefined();
  });
});

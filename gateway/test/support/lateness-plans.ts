import { offersFor } from '../../src/plans/offers.ts';
import { programmes } from '../../src/plans/programmes.ts';
import { makeSnapshot, type PlanSnapshot } from '../../src/plans/snapshot.ts';

/** ¥1,200 in six monthly installments, agreed and shipped on 1 March 2026. */
export function snapshotOf(input: {
  lateFee?: PlanSnapshot['late_fee'];
  market?: PlanSnapshot['market'];
  ratePpm?: number;
}): PlanSnapshot {
  const offer = offersFor({
    amount: 120_000n,
    currency: 'CNY',
    shippedOn: '2026-03-01',
    firstPart: 'capture',
    programme: programmes.medical,
    annualRatePpm: input.ratePpm ?? 120_000,
  }).find(({ code }) => code === 'monthly_6');
  if (!offer) throw new Error('monthly_6 is not offered');
  return makeSnapshot({
    offer,
    merchant: { id: 'mer_1', name: 'Clinic' },
    funder: { id: 'fnd_1', name: 'Bank' },
    termsVersion: '1',
    agreedOn: '2026-03-01',
    ...(input.market && { market: input.market }),
    ...(input.lateFee && { lateFee: input.lateFee }),
  });
}

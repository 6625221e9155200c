import { describe, expect, it } from 'vitest';
import { lateFeeTerms, marketOf, rulesFor } from '../src/plans/markets.ts';
import { cells } from '../src/plans/allocation.ts';
import { capturePartsOf } from '../src/plans/capture-parts.ts';
import { allocateOn, positionOn } from '../src/plans/position.ts';
import { refundEffect } from '../src/plans/refund-effect.ts';
import { repaymentEffect } from '../src/plans/repayment-effect.ts';
import { type PlanEntry, scheduleOf } from '../src/plans/schedule.ts';
import { spreadProRata } from '../src/plans/spread.ts';
import { capture, datesOf, monthlyPlan, refund, repayment } from './support/plans.ts';

/** 1,200.00 at 12 % over six months, due on the tenth of February to July; amounts are minor units. */
const snapshot = monthlyPlan();
const start = capture(120_000n, '2027-01-10');
const late: PlanEntry = { kind: 'late_fee', amount: 500n, number: 1, onDate: '2027-02-14' };
const waived = (amount: bigint): PlanEntry => ({ ...late, kind: 'fee_waived', amount });
const pause = (onDate: string, until: string): PlanEntry => ({ kind: 'pause', onDate, until });
const moved = (number: number, dueDate: string): PlanEntry => ({
  kind: 'reschedule',
  onDate: '2027-02-05',
  number,
  dueDate,
});
const hardship = (change: Partial<Extract<PlanEntry, { kind: 'hardship' }>> = {}): PlanEntry => ({
  kind: 'hardship',
  onDate: '2027-02-20',
  periods: 3,
  startsOn: '2027-03-20',
  shopperRatePpm: 0,
  ...change,
});
const gone: PlanEntry = { kind: 'charge_off', onDate: '2027-02-20' };

describe('a log that cannot be is refused, and the refusal says what is wrong with it:', () => {
  it.each<[string, PlanEntry[], string]>([
    ['it starts without goods', [repayment(1n, '2027-01-10')], 'a plan cannot start with a repayment'],
    ['it captures nothing', [capture(0n, '2027-01-10')], 'a capture of 0'],
    ['it takes a payment of nothing', [start, repayment(0n, '2027-01-10')], 'a repayment of 0'],
    ['it refunds less than nothing', [start, refund(-1n, '2027-01-10')], 'a refund of -1'],
    [
      'it captures more than is financed',
      [capture(120_001n, '2027-01-10')],
      'captured 120001 of 120000 financed',
    ],
    [
      'its captures together are more than is financed',
      [start, capture(1n, '2027-01-10')],
      'captured 120001 of 120000 financed',
    ],
    ['it goes back in time', [start, refund(1n, '2027-01-09')], '2027-01-09 is before 2027-01-10'],
    [
      'it goes on after the charge-off',
      [start, gone, repayment(1n, '2027-02-20')],
      'a repayment after the charge-off',
    ],
    ['a fee is on no installment', [start, { ...late, number: 7 }], 'there is no installment 7'],
    ['installments are counted from 1', [start, { ...late, number: 0 }], 'there is no installment 0'],
    ['more is waived than was charged', [start, late, waived(501n)], '501 waived of a fee of 500'],
    [
      'a fee is charged after easier terms',
      [start, hardship(), { ...late, onDate: '2027-02-20' }],
      'there are no late fees after a hardship arrangement',
    ],
    [
      'a pause ends before it begins',
      [start, pause('2027-02-01', '2027-01-31')],
      'a pause on 2027-02-01 until 2027-01-31',
    ],
    [
      'what is not paused is resumed',
      [start, { kind: 'resume', onDate: '2027-02-01' }],
      'the dues are not paused',
    ],
    [
      'a new due date is the old one',
      [start, moved(1, '2027-02-10')],
      '2027-02-10 is not later than 2027-02-10',
    ],
    [
      'a new due date is for what is paid',
      [start, repayment(120_000n, '2027-01-10'), moved(1, '2027-03-01')],
      'installment 1 owes nothing',
    ],
    ['easier terms have no installment', [start, hardship({ periods: 0 })], '0 periods'],
    ['easier terms have half an installment', [start, hardship({ periods: 1.5 })], '1.5 periods'],
    [
      'easier terms start at once',
      [start, hardship({ startsOn: '2027-02-20' })],
      'an arrangement on 2027-02-20 that starts on 2027-02-20',
    ],
    [
      'easier terms cost more than was agreed',
      [start, hardship({ shopperRatePpm: 120_001 })],
      'a rate of 120001 where 120000 was agreed',
    ],
    [
      'easier terms pay the shopper',
      [start, hardship({ shopperRatePpm: -1 })],
      'a rate of -1 where 120000 was agreed',
    ],
    [
      'easier terms are for a plan that is paid',
      [start, repayment(120_000n, '2027-01-10'), hardship()],
      'there is nothing to spread anew',
    ],
  ])('%s', (_name, log, message) => {
    expect(() => scheduleOf(snapshot, log)).toThrow(new RangeError(message));
  });
});

describe('what is just possible is taken:', () => {
  it.each<[string, PlanEntry[]]>([
    ['captures of exactly what is financed', [capture(119_999n, '2027-01-10'), capture(1n, '2027-01-10')]],
    ['entries of one day', [start, repayment(1n, '2027-01-10'), refund(1n, '2027-01-10')]],
    ['a fee that is waived to the last minor unit', [start, late, waived(500n)]],
    ['a pause of no day', [start, pause('2027-02-01', '2027-02-01')]],
    ['a due date that is one day later', [start, moved(1, '2027-02-11')]],
    [
      'easier terms of one installment the day after, at the agreed rate',
      [start, hardship({ periods: 1, startsOn: '2027-02-21', shopperRatePpm: 120_000 })],
    ],
  ])('%s', (_name, log) => {
    expect(scheduleOf(snapshot, log).length).toBeGreaterThanOrEqual(6);
  });

  it('easier terms for nothing but a fee, and where two kinds of debt are as large as each other', () => {
    const last = (part: string) => (cell: string) => Number(cell.endsWith(part));
    const by = (rank: (cell: string) => number) => cells.toSorted((a, b) => rank(a) - rank(b));
    const free = monthlyPlan({
      terms: { annual_rate_ppm: 0, shopper_rate_ppm: 0 },
      allocation: by(last('fee')),
    });
    const fee: PlanEntry = { ...late, onDate: '2027-01-10' };
    const left = (paid: bigint) =>
      scheduleOf(free, [start, fee, repayment(paid, '2027-01-10'), hardship({ periods: 1 })]).at(-1);
    expect(left(120_000n)).toMatchObject({ principal: 0n, fee: 500n });
    expect(left(119_500n)).toMatchObject({ principal: 500n, fee: 500n });
    // 42.35 of interest in all, and as much principal left when it is over.
    const principalFirst = monthlyPlan({ allocation: by((cell) => 1 - last('principal')(cell)) });
    const over = [start, repayment(120_000n - 4_235n, '2027-07-10')];
    const terms = { onDate: '2027-07-10', startsOn: '2027-08-10', periods: 1 };
    expect(scheduleOf(principalFirst, [...over, hardship(terms)]).at(-1)).toMatchObject({
      principal: 4_235n,
      interest: 4_235n,
    });
  });
});

describe('a question that cannot be asked is refused, with what is wrong:', () => {
  const log = [start];
  const onDate = '2027-01-10';

  it.each<[string, () => unknown, string]>([
    [
      'what a refund of nothing does',
      () => refundEffect(snapshot, log, { amount: 0n, onDate }),
      'a refund of 0',
    ],
    [
      'what a refund does to nothing',
      () => refundEffect(snapshot, [], { amount: 1n, onDate }),
      'a plan cannot start with a refund',
    ],
    [
      'what a refund did yesterday',
      () => refundEffect(snapshot, log, { amount: 1n, onDate: '2027-01-09' }),
      '2027-01-09 is before 2027-01-10',
    ],
    [
      'what a payment of nothing does',
      () => repaymentEffect(snapshot, log, { amount: 0n, onDate }),
      'a repayment of 0',
    ],
    [
      'what a payment does to nothing',
      () => repaymentEffect(snapshot, [], { amount: 1n, onDate }),
      'a plan cannot start with a repayment',
    ],
    [
      'what a payment did yesterday',
      () => repaymentEffect(snapshot, log, { amount: 1n, onDate: '2027-01-09' }),
      '2027-01-09 is before 2027-01-10',
    ],
    [
      'what a payment of less than nothing pays',
      () => allocateOn(snapshot, log, { amount: -1n, onDate }),
      'a repayment of -1',
    ],
    ['the market of a word', () => marketOf('China'), 'China is not a country code'],
    [
      'the fee in money that there is not',
      () => lateFeeTerms(rulesFor('EU', onDate), 'XTS'),
      'no late fee is set for XTS',
    ],
    [
      'the parts of a capture of nothing',
      () => capturePartsOf(snapshot, { capturedBefore: 0n, amount: 0n }),
      'a capture of 0 after 0 of 120000',
    ],
    [
      'the parts of a capture after less than nothing',
      () => capturePartsOf(snapshot, { capturedBefore: -1n, amount: 1n }),
      'a capture of 1 after -1 of 120000',
    ],
    [
      'the parts of a capture above the order',
      () => capturePartsOf(snapshot, { capturedBefore: 119_999n, amount: 2n }),
      'a capture of 2 after 119999 of 120000',
    ],
    ['more than fits', () => spreadProRata(6n, [2n, 3n]), 'cannot spread 6 over 5'],
    ['less than nothing', () => spreadProRata(-1n, [2n, 3n]), 'cannot spread -1 over 5'],
  ])('%s', (_name, ask, message) => {
    expect(ask).toThrow(new RangeError(message));
  });

  it('a plan before its goods owes nothing, and takes no payment', () => {
    expect(positionOn(snapshot, [], onDate)).toEqual({
      principal: 0n,
      interest: 0n,
      fee: 0n,
      total: 0n,
      earned: { interest: 0n, subsidised: 0n },
      returnedInterest: 0n,
      expectedSubsidy: 0n,
      installments: [],
    });
    expect(positionOn(snapshot, log, '2027-01-09').installments).toEqual([]);
    expect(allocateOn(snapshot, [], { amount: 5n, onDate })).toEqual({ parts: [], left: 5n });
    expect(datesOf(snapshot, [])).toEqual([]);
  });
});

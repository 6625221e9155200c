import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays } from '../src/lib/dates.ts';
import { sum } from '../src/lib/money.ts';
import { cells } from '../src/plans/allocation.ts';
import type { PlanEntry } from '../src/plans/entry.ts';
import { offerByMonth, offersFor } from '../src/plans/offers.ts';
import { allocateOn, positionOn } from '../src/plans/position.ts';
import { refundEffect } from '../src/plans/refund-effect.ts';
import { scheduleOf } from '../src/plans/schedule.ts';
import { makeSnapshot, type PlanSnapshot } from '../src/plans/snapshot.ts';
import { dayCounts, interestMethods } from '../src/plans/terms.ts';
import { play, type Step, type Wish, wishes } from './support/plan-history.ts';
import { dayOf } from './support/reference-days.ts';
import { liveUntil, type Model, paymentOf, standing } from './support/reference-model.ts';
import { enterInModel, openModel, refundIn } from './support/reference-plan.ts';
import { propertyTimeoutMs, runs } from './support/runs.ts';

vi.setConfig({ testTimeout: propertyTimeoutMs });

/** Minor units of currencies with no, two and three digits; small amounts are where rounding hurts. */
const money = fc.oneof(
  fc.record({ currency: fc.constant('JPY'), amount: fc.bigInt({ min: 900n, max: 300_000n }) }),
  fc.record({ currency: fc.constant('CNY'), amount: fc.bigInt({ min: 1000n, max: 20_000_000n }) }),
  fc.record({ currency: fc.constant('KWD'), amount: fc.bigInt({ min: 1000n, max: 90_000_000n }) }),
);

const agreement = {
  refundPolicy: fc.constantFrom('from_last' as const, 'pro_rata' as const),
  order: fc.option(fc.shuffledSubarray([...cells], { minLength: cells.length })),
  startDay: fc.integer({ min: 0, max: 800 }),
};

const party = { id: 'x_1', name: 'X' };

const interestFree: fc.Arbitrary<PlanSnapshot> = fc
  .record({
    money,
    ...agreement,
    code: fc.nat({ max: 2 }),
    firstPart: fc.constantFrom('capture' as const, 'checkout' as const),
    payAfterDays: fc.constantFrom(0 as const, 14 as const, 30 as const),
  })
  .map(({ money: of, code, firstPart, payAfterDays, refundPolicy, order, startDay }) => {
    const agreedOn = addDays('2027-01-01', startDay);
    const offer = offersFor({ ...of, shippedOn: agreedOn, firstPart, payAfterDays })[code];
    if (!offer) throw new Error(`no offer for ${of.amount}`);
    const parties = { merchant: party, funder: party, termsVersion: '1' };
    return makeSnapshot({ offer, ...parties, agreedOn, refundPolicy, allocation: order ?? undefined });
  });

const byMonth: fc.Arbitrary<PlanSnapshot> = fc
  .record({
    money,
    ...agreement,
    periods: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 7 }) }, fc.constant(24)),
    rate: fc.constantFrom(72_000, 120_000, 156_780, 180_000, 360_000),
    shopperPercent: fc.constantFrom(100, 100, 50, 0),
    method: fc.constantFrom(...interestMethods),
    dayCount: fc.constantFrom(...dayCounts),
    repaymentDay: fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined, freq: 3 }),
  })
  .map(({ money: of, rate, shopperPercent, method, dayCount, periods, repaymentDay, ...rest }) => {
    const agreedOn = addDays('2027-01-01', rest.startDay);
    const terms = {
      annual_rate_ppm: rate,
      shopper_rate_ppm: (rate * shopperPercent) / 100,
      method,
      day_count: dayCount,
    };
    const offer = offerByMonth({
      code: 'monthly_6',
      ...of,
      startsOn: agreedOn,
      periods,
      terms,
      repaymentDay,
    });
    const parties = { merchant: party, funder: party, termsVersion: '1' };
    const { refundPolicy, order } = rest;
    return makeSnapshot({ offer, ...parties, agreedOn, refundPolicy, allocation: order ?? undefined });
  });

const plans = fc.oneof({ weight: 1, arbitrary: interestFree }, { weight: 3, arbitrary: byMonth });

/** What the model tells of; an arrangement or a charge-off makes another plan of it. */
const told = (list: readonly Wish[]): Wish[] =>
  list.filter(({ kind }) => kind !== 'hardship' && kind !== 'charge_off');

/** What the engine says of an entry before it is entered, and what the model does. */
function expectSameEffect(model: Model, snapshot: PlanSnapshot, { entry, logBefore }: Step): void {
  if (entry.kind === 'repayment') {
    const { parts, left } = paymentOf(model, entry.amount);
    expect({ parts: parts.map(({ row, ...paid }) => ({ number: row.number, ...paid })), left }).toEqual(
      allocateOn(snapshot, logBefore, entry),
    );
  }
  if (entry.kind === 'refund') {
    const { before, after, ...effect } = refundEffect(snapshot, logBefore, entry);
    expect(before).toEqual(scheduleOf(snapshot, logBefore).length > 0 ? standing(model).installments : []);
    expect(refundIn(model, entry.amount)).toEqual(effect);
    expect(standing(model).installments).toEqual(after);
  } else enterInModel(model, entry);
}

describe('a plan lived through day by day', () => {
  it('comes to what the engine says, to the minor unit, after any interleaving and on any day', () => {
    fc.assert(
      fc.property(plans, wishes, fc.array(fc.nat({ max: 90 }), { maxLength: 3 }), (snapshot, list, waits) => {
        let model: Model | undefined;
        const log = play(snapshot, told(list), (step) => {
          const { entry, before, after } = step;
          if (!model) model = openModel(snapshot, entry as PlanEntry & { kind: 'capture' });
          else {
            liveUntil(model, dayOf(entry.onDate));
            expect(standing(model)).toEqual(before);
            expectSameEffect(model, snapshot, step);
          }
          expect(standing(model)).toEqual(after);
        });
        if (!model) throw new Error('nothing was captured');
        let day = log.at(-1)?.onDate ?? '';
        for (const wait of waits) {
          day = addDays(day, wait);
          liveUntil(model, dayOf(day));
          expect(standing(model)).toEqual(positionOn(snapshot, log, day));
        }
      }),
      runs(),
    );
  });

  it('conserves money: principal is what was captured, less what refunds took and what was repaid of it', () => {
    fc.assert(
      fc.property(plans, wishes, (snapshot, list) => {
        let captured = 0n;
        let refunded = 0n;
        let repaid = 0n;
        play(snapshot, told(list), ({ entry, logBefore, after }) => {
          if (entry.kind === 'capture') captured += entry.amount;
          if (entry.kind === 'refund') {
            const { principalOff, interestToPrincipal } = refundEffect(snapshot, logBefore, entry);
            refunded += principalOff + interestToPrincipal;
          }
          if (entry.kind === 'repayment')
            repaid += sum(allocateOn(snapshot, logBefore, entry).parts.map(({ principal }) => principal));
          expect(after.principal).toBe(captured - refunded - repaid);
        });
      }),
      runs(),
    );
  });
});

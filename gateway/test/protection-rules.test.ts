import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addMs, dayMs } from '../src/lib/dates.ts';
import type { DeclineCode } from '../src/pay-score/assessments.ts';
import { offersFor, type PlanOffer } from '../src/plans/offers.ts';
import { programmes } from '../src/plans/programmes.ts';
import type { ProtectionFacts } from '../src/protection/facts.ts';
import { firstReason } from '../src/protection/first-reason.ts';
import { ownLimitsOf } from '../src/protection/own-limits.ts';
import { coolingOffUntil, protect, type Protectable } from '../src/protection/protect.ts';
import type { Means } from '../src/shoppers/means.ts';
import { protectionRules, tierOf } from '../src/protection/rules.ts';

const today = '2026-03-01';
const now = new Date('2026-03-01T01:00:00Z');
const own = ownLimitsOf([], 'CNY');
const dataKey = { owner: 'shp_1', key: Buffer.alloc(32) };
const person = { dataKey, birthDate: '1990-01-01', declared: undefined, evidenced: undefined };
const line = { limit: 2_000_000n, targetLimit: 2_000_000n, held: 0n, used: 0n };

const earning = (amount: bigint, on = today, basis: 'declared' | 'evidenced' = 'declared'): Means => ({
  ...person,
  [basis]: { basis, amount, currency: 'CNY', on },
});

function factsWith(change: Partial<ProtectionFacts> = {}): ProtectionFacts {
  return {
    shopperId: 'shp_1',
    currency: 'CNY',
    now,
    today,
    means: person,
    dues: [],
    openOrders: 0,
    confirmed: [],
    own,
    ...change,
  };
}

function offersOf(amount: bigint, shippedOn = today): { offer: PlanOffer }[] {
  const offers = offersFor({
    amount,
    currency: 'CNY',
    shippedOn,
    firstPart: 'capture',
    programme: programmes.retail,
    annualRatePpm: 144_000,
  });
  return offers.map((offer) => ({ offer }));
}

function judge(
  amount: bigint,
  facts: ProtectionFacts = factsWith(),
  change: Partial<Protectable<{ offer: PlanOffer }>> = {},
) {
  const offers = offersOf(amount, facts.today);
  return protect(facts, { amount, line, market: 'CN', needsIdentity: false, offers, ...change });
}

const codesOf = (said: { way: { offer: PlanOffer } }[]) => said.map(({ way }) => way.offer.code);

describe('what an income carries', () => {
  it('is 40 % of three months as declared, 50 % as confirmed, to the cent', () => {
    // One payment in 30 days: 12,000.00 of 3 × 10,000.00 is 40 %, but 120 % of that month.
    const spread = [{ offer: planDue(['2026-03-10', '2026-04-10', '2026-05-10'], 400_000n) }];
    const asked = { amount: 1_200_000n, line, market: 'CN' as const, needsIdentity: false, offers: spread };
    expect(protect(factsWith({ means: earning(1_000_000n) }), asked).code).toBe(null);
    expect(protect(factsWith({ means: earning(999_999n) }), asked).code).toBe('unaffordable');
    expect(protect(factsWith({ means: earning(800_000n, today, 'evidenced') }), asked).code).toBe(null);
    expect(protect(factsWith({ means: earning(799_999n, today, 'evidenced') }), asked).code).toBe(
      'unaffordable',
    );
  });

  it('is at most 60 % of it in one calendar month, 75 % where it is confirmed', () => {
    const once = [{ offer: planDue(['2026-03-31'], 600_000n) }];
    const asked = { amount: 600_000n, line, market: 'CN' as const, needsIdentity: false, offers: once };
    expect(protect(factsWith({ means: earning(1_000_000n) }), asked).code).toBe(null);
    const tight = protect(factsWith({ means: earning(980_000n) }), asked);
    expect(tight.code).toBe('unaffordable');
    expect(tight.unfit[0]?.obstacle).toEqual({
      code: 'above_month',
      month: '2026-03',
      percent: 62,
      most: 60,
    });
    expect(protect(factsWith({ means: earning(800_000n, today, 'evidenced') }), asked).code).toBe(null);
  });

  it('counts what is overdue to this month, and nothing beyond the 90th day', () => {
    const last = addDays(today, 90);
    const due = (on: string) => [{ on, amount: 600_000n }];
    const asked = [{ offer: planDue(['2026-03-05'], 1n) }];
    const at = (on: string) =>
      judge(1n, factsWith({ means: earning(1_000_000n), dues: due(on) }), { offers: asked });
    expect(at('2026-02-10').unfit[0]?.obstacle.code).toBe('above_month');
    expect(at(last).code).toBe(null);
    const beyond = [{ offer: planDue([last, addDays(last, 1)], 1_000_000n) }];
    const said = judge(2_000_000n, factsWith({ means: earning(2_000_000n) }), { offers: beyond });
    expect(said.fitting[0]?.burden).toMatchObject({ inWindow: 1_000_000n, until: last, month: '2026-05' });
  });

  it('takes what was confirmed before what was declared, the same currency only, and no declaration of a year ago', () => {
    const both = { ...earning(9_000_000n), ...earning(100n, today, 'evidenced') };
    const declared = earning(9_000_000n).declared;
    expect(judge(300_000n, factsWith({ means: { ...both, declared } })).measure).toMatchObject({
      basis: 'evidenced',
      income: 100n,
    });
    const foreign = { ...person, declared: { ...earning(9_000_000n).declared!, currency: 'EUR' } };
    expect(judge(300_000n, factsWith({ means: foreign })).measure.basis).toBe('none');
    expect(judge(300_000n, factsWith({ means: earning(1n, '2025-03-02') })).measure.basis).toBe('declared');
    expect(judge(300_000n, factsWith({ means: earning(1n, '2025-03-01') })).measure.basis).toBe('none');
  });

  it('is nothing with an income of nothing', () => {
    const said = judge(10_000n, factsWith({ means: earning(0n) }));
    expect(said).toMatchObject({ code: 'unaffordable', fitting: [] });
    expect(said.unfit[0]?.obstacle).toMatchObject({ code: 'above_allowance', allowance: 0n });
  });
});

describe('without a known income', () => {
  it('a small amount may fall due, by how far the limit has grown', () => {
    const most = [10n, 20n, 40n, 75n].map((percent) => {
      const grown = { ...line, limit: (line.targetLimit * percent) / 100n };
      const { measure } = judge(10_000n, factsWith(), { line: grown });
      return measure.mostInWindow;
    });
    expect(most).toEqual([250_000n, 400_000n, 500_000n, 600_000n]);
    const opening = { ...line, limit: 200_000n };
    const carried = { line: opening, offers: [{ offer: planDue(['2026-03-05'], 100_000n) }] };
    const owing = (amount: bigint) => factsWith({ dues: [{ on: '2026-04-01', amount }] });
    expect(judge(100_000n, owing(150_000n), carried).code).toBe(null);
    expect(judge(100_000n, owing(150_001n), carried)).toMatchObject({
      code: 'unaffordable',
      unfit: [{ obstacle: { code: 'above_allowance', due: 250_001n, allowance: 250_000n } }],
    });
  });

  it('nothing may in the United Kingdom from 15 July 2026 on', () => {
    const offers = [{ offer: planDue(['2026-08-01'], 100n) }];
    const inMarket = (market: 'UK' | 'EU', date: string) =>
      judge(100n, factsWith({ today: date }), { market, offers }).code;
    expect(inMarket('UK', '2026-07-14')).toBe(null);
    expect(inMarket('UK', '2026-07-15')).toBe('unaffordable');
    expect(inMarket('EU', '2026-07-15')).toBe(null);
  });
});

describe('what fits', () => {
  it('comes with the lowest total cost first, of two that cost the same the one paid sooner, each with its reason', () => {
    const { fitting, unfit } = judge(600_000n, factsWith({ means: earning(5_000_000n) }));
    expect(codesOf(fitting)).toEqual([
      'pay_after',
      'pay_in_4',
      'pay_in_3',
      'monthly_3',
      'monthly_6',
      'monthly_12',
      'monthly_24',
    ]);
    expect(fitting.map(({ reason }) => reason)).toEqual([
      'costs_nothing',
      'costs_nothing',
      'costs_nothing',
      'fits',
      'fits',
      'fits',
      'fits',
    ]);
    expect(unfit).toEqual([]);
  });

  it('leaves out what would take too much, and says how much it would', () => {
    const { code, fitting, unfit } = judge(600_000n, factsWith({ means: earning(400_000n) }));
    expect(code).toBe(null);
    expect(codesOf(fitting)).toEqual(['monthly_3', 'monthly_6', 'monthly_12', 'monthly_24']);
    expect(fitting.map(({ reason }) => reason)).toEqual(['lowest_cost', 'fits', 'fits', 'fits']);
    const said = Object.fromEntries(unfit.map(({ way, obstacle }) => [way.offer.code, obstacle]));
    expect(said.pay_after).toEqual({ code: 'above_month', month: '2026-03', percent: 150, most: 60 });
    expect(said.pay_in_3).toEqual({ code: 'above_window', until: '2026-05-30', percent: 50, most: 40 });
  });

  it('warns from a quarter of the income on, never without one', () => {
    const offers = [{ offer: planDue(['2026-03-10', '2026-04-10'], 375_000n) }];
    const warns = (income: bigint) =>
      judge(750_000n, factsWith({ means: earning(income) }), { offers }).fitting[0]?.warns;
    expect(warns(1_000_000n)).toBe(true);
    expect(warns(1_000_001n)).toBe(false);
    expect(judge(10_000n).fitting[0]).toMatchObject({ warns: false, burden: { income: null } });
  });
});

describe('the order of the rules', () => {
  it('tells the first that refuses', () => {
    const adult = { ...person, birthDate: '2008-03-01' };
    const minor = { ...person, birthDate: '2008-03-02' };
    expect(judge(100n, factsWith({ means: adult })).code).toBe(null);
    const facts = factsWith({
      means: minor,
      own: { locked: true, purchase: 99n, total: 1n },
      openOrders: 99,
      confirmed: Array.from({ length: 20 }, () => now),
    });
    expect(judge(100n, facts, { needsIdentity: true }).code).toBe('underage');
    const unknown = { ...person, birthDate: undefined };
    expect(judge(100n, { ...facts, means: unknown }, { needsIdentity: true }).code).toBe('identity_required');
    expect(judge(100n, { ...facts, means: unknown }).code).toBe('locked_by_shopper');
    const free = { ...facts, means: person, own: { ...facts.own, locked: false } };
    expect(judge(100n, free).code).toBe('above_own_ceiling');
    expect(judge(100n, { ...free, own }).code).toBe('too_many_orders');
    expect(judge(100n, { ...free, own, openOrders: 19 }).code).toBe('cooling_off');
    expect(judge(100n, { ...free, own, openOrders: 19, confirmed: [] }).code).toBe(null);
  });

  it('between guards is that of the refusals, whoever said them', () => {
    const all: DeclineCode[] = ['no_funder', 'suspicious', 'unaffordable', 'overdue', 'underage'];
    expect(firstReason(...all)).toBe('underage');
    expect(firstReason(...all.slice(0, 4))).toBe('overdue');
    expect(firstReason(null, undefined, 'no_funder', 'suspicious')).toBe('suspicious');
    expect(firstReason(null, undefined)).toBe(null);
  });

  it('counts a ceiling on everything with what each offer finances', () => {
    const at = (total: bigint) =>
      judge(10_000n, factsWith({ own: { ...own, total } }), {
        line: { ...line, used: 4_000n, held: 1_000n },
      });
    expect(at(15_000n).code).toBe(null);
    expect(at(14_999n)).toMatchObject({
      code: 'above_own_ceiling',
      unfit: [{ obstacle: { code: 'above_own_total', ceiling: 14_999n } }, {}, {}],
    });
  });
});

describe('the pause after many purchases', () => {
  const tier = tierOf({ ...line, limit: 200_000n });
  const at = (...hoursAgo: number[]) => hoursAgo.map((hours) => addMs(now, -hours * 3_600_000));

  it('lasts a day from the newest of as many as the tier allows within a day', () => {
    expect(tier.confirmedInADay).toBe(6);
    expect(coolingOffUntil({ confirmed: at(0, 1, 2, 3, 4), now }, tier)).toBe(undefined);
    expect(coolingOffUntil({ confirmed: at(0, 1, 2, 3, 4, 5), now }, tier)).toEqual(addMs(now, dayMs));
    expect(coolingOffUntil({ confirmed: at(23.9, 24, 25, 26, 27, 47), now }, tier)).toEqual(
      addMs(now, 360_000),
    );
  });

  it('does not begin where the first is a whole day before the last, and is over when the day is', () => {
    expect(coolingOffUntil({ confirmed: at(1, 2, 3, 4, 5, 25), now }, tier)).toBe(undefined);
    expect(coolingOffUntil({ confirmed: at(1, 2, 3, 4, 5, 24.99), now }, tier)).not.toBe(undefined);
    expect(coolingOffUntil({ confirmed: at(24, 25, 26, 27, 28, 29), now }, tier)).toBe(undefined);
    expect(coolingOffUntil({ confirmed: at(23.99, 25, 26, 27, 28, 29), now }, tier)).not.toBe(undefined);
  });
});

it('the tiers begin at nothing and grow with the limit in everything', () => {
  const { tiers } = protectionRules;
  expect(tiers.at(-1)?.fromPercent).toBe(0n);
  for (const [index, tier] of tiers.slice(1).entries()) {
    const larger = tiers[index];
    expect(larger && larger.fromPercent > tier.fromPercent && larger.openOrders > tier.openOrders).toBe(true);
    expect(larger && larger.confirmedInADay > tier.confirmedInADay).toBe(true);
    expect(larger && larger.withoutIncomePermille > tier.withoutIncomePermille).toBe(true);
  }
});

/** However somebody buys, pays and waits, what was just agreed to never binds more than the share. */
it('never lets more than the share be bound, whatever is bought in whatever order', () => {
  const step = fc.record({
    amount: fc.bigInt(1_000n, 1_500_000n),
    pick: fc.nat(6),
    days: fc.nat(40),
  });
  fc.assert(
    fc.property(
      fc.bigInt(0n, 3_000_000n),
      fc.boolean(),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      (income, isConfirmed, steps) => {
        const basis = isConfirmed ? 'evidenced' : 'declared';
        const [window, month] = isConfirmed ? [50n, 75n] : [40n, 60n];
        let date = today;
        let bound: { on: string; amount: bigint }[] = [];
        for (const { amount, pick, days } of steps) {
          date = addDays(date, days);
          bound = bound.filter(({ on }) => on >= date);
          const until = addDays(date, 90);
          const facts = factsWith({
            today: date,
            means: earning(income, date, basis),
            dues: bound.filter(({ on }) => on <= until),
          });
          const { fitting, unfit, code } = judge(amount, facts);
          const totalOf = (offer: PlanOffer, of: (on: string) => boolean) =>
            [...bound, ...offer.installments.map((item) => ({ on: item.dueDate, amount: item.amount }))]
              .filter(({ on }) => on <= until && of(on))
              .reduce((sum, item) => sum + item.amount, 0n);
          const isBearable = (offer: PlanOffer) =>
            totalOf(offer, () => true) * 100n <= income * 3n * window &&
            offer.installments
              .filter(({ dueDate }) => dueDate <= until)
              .every(
                ({ dueDate }) =>
                  totalOf(offer, (on) => on.slice(0, 7) === dueDate.slice(0, 7)) * 100n <= income * month,
              );
          expect(fitting.every(({ way }) => isBearable(way.offer))).toBe(true);
          expect(unfit.some(({ way }) => isBearable(way.offer))).toBe(false);
          expect(code).toBe(fitting.length === 0 ? 'unaffordable' : null);
          const chosen = fitting[pick % Math.max(1, fitting.length)];
          if (chosen)
            bound.push(
              ...chosen.way.offer.installments.map(({ dueDate: on, amount: due }) => ({ on, amount: due })),
            );
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** An interest-free plan of equal payments on these dates. */
function planDue(dates: string[], each: bigint): PlanOffer {
  const amount = each * BigInt(dates.length);
  return {
    code: 'pay_in_3',
    currency: 'CNY',
    amount,
    downPayment: 0n,
    financed: amount,
    financeCharge: 0n,
    subsidy: 0n,
    installments: dates.map((dueDate, index) => ({
      number: index + 1,
      offset: { days: index },
      amount: each,
      principal: each,
      interest: 0n,
      dueDate,
    })),
    cadence: { days: 30 },
  };
}

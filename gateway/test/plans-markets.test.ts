import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { currencies } from '../src/lib/money.ts';
import { cells } from '../src/plans/allocation.ts';
import { effectiveApr, type Flow } from '../src/plans/apr.ts';
import { marketRules, markets } from '../src/plans/market-rules.ts';
import {
  lateFeeFor,
  lateFeeTerms,
  marketOf,
  mostInstallments,
  roomUnder,
  rulesFor,
} from '../src/plans/markets.ts';
import { runs } from './support/runs.ts';

const versions = markets.flatMap((market) => marketRules[market]);

describe('the market of a country', () => {
  test.each([
    ['CN', 'CN'],
    ['DE', 'EU'],
    ['NO', 'EU'],
    ['GB', 'UK'],
    ['UK', 'UK'],
    ['US', 'US'],
    ['PR', 'US'],
    // No rules of their own: the strictest block.
    ['HK', 'EU'],
    ['JP', 'EU'],
    ['KW', 'EU'],
  ])('%s → %s', (country, market) => {
    expect(marketOf(country)).toBe(market);
  });

  test.each(['', 'de', 'DEU', '中国', 'D1'])('refuses %j', (country) => {
    expect(() => marketOf(country)).toThrow(RangeError);
  });
});

describe('the rules of a market on a date', () => {
  it('change on the day the law does', () => {
    const [euBefore, euAfter] = ['2026-11-19', '2026-11-20'].map((date) => rulesFor('EU', date));
    expect(euBefore?.interestFreeRegulated.value).toBe(false);
    expect(euBefore?.withdrawalReminderDays).toBeNull();
    expect(euAfter?.interestFreeRegulated.value).toBe(true);
    expect(euAfter?.from).toBe('2026-11-20');
    expect(euAfter?.withdrawalDays?.value).toBe(14);
    const [ukBefore, ukAfter] = ['2026-07-14', '2026-07-15'].map((date) => rulesFor('UK', date));
    expect(ukBefore?.interestFreeRegulated.value).toBe(false);
    expect(ukAfter?.interestFreeRegulated.value).toBe(true);
    expect(ukAfter?.affordabilityAtAnyAmount).toMatchObject({ value: true, basis: 'law' });
  });

  it('hold for every date', () => {
    for (const market of markets)
      for (const date of ['1970-01-01', '2026-01-01', '2099-12-31'])
        expect(rulesFor(market, date).market).toBe(market);
  });

  it('are listed by date, each figure with its source', () => {
    for (const market of markets) {
      const dates = marketRules[market].map(({ from }) => from);
      expect(dates).toEqual(dates.toSorted());
      expect(new Set(dates).size).toBe(dates.length);
    }
    for (const { market: _market, from: _from, ...figures } of versions)
      for (const [name, figure] of Object.entries(figures)) {
        if (figure === null) continue;
        expect(['law', 'policy'], name).toContain(figure.basis);
        expect(figure.source.length, name).toBeGreaterThan(5);
      }
  });

  it('name each kind of debt once in the order of payment, and fees last where they could snowball', () => {
    for (const { allocation } of versions) expect(allocation.value.toSorted()).toEqual(cells.toSorted());
    expect(rulesFor('CN', '2026-12-01').allocation.value).toEqual(cells);
    for (const market of ['EU', 'UK', 'US'] as const) {
      const order = rulesFor(market, '2026-12-01').allocation.value;
      const lastDue = Math.max(
        ...(['past_due_interest', 'past_due_principal', 'due_interest', 'due_principal'] as const).map(
          (cell) => order.indexOf(cell),
        ),
      );
      expect(order.indexOf('past_due_fee')).toBeGreaterThan(lastDue);
    }
  });

  it('keep the figures of the product', () => {
    const cn = rulesFor('CN', '2026-12-01');
    expect(cn.allInCeilingPercent?.value).toBe(24);
    expect(cn.consumerLine?.value).toEqual({ amount: 20_000_000n, currency: 'CNY' });
    for (const rules of versions) {
      expect(rules.nominalRatePpm.value).toEqual({ least: 72_000, most: 180_000 });
      expect(rules.lateFee.value.graceDays).toBe(3);
      expect(rules.reminderDays.value).toEqual([-3, 0, 1, 7, 15, 30]);
      expect(rules.reschedule.value.free).toBe(1);
    }
    expect(rulesFor('US', '2026-12-01').adverseActionDays?.value).toBe(30);
  });
});

describe('the most installments', () => {
  const ask = (market: 'CN' | 'EU' | 'UK' | 'US', installments: number, interestFree = true) =>
    mostInstallments(rulesFor(market, '2026-12-01'), { installments, interestFree });

  it('are four in the US when no closed-end disclosure was given', () => {
    expect(ask('US', 4)).toBe(4);
    expect(ask('US', 3)).toBe(4);
    expect(ask('US', 5)).toBeNull();
    expect(ask('US', 4, false)).toBeNull();
  });

  it('are twelve in the UK without interest, and not limited elsewhere', () => {
    expect(ask('UK', 4)).toBe(12);
    expect(ask('UK', 13)).toBe(12);
    expect(ask('UK', 24, false)).toBeNull();
    expect(ask('CN', 24)).toBeNull();
    expect(ask('EU', 24)).toBeNull();
  });
});

describe('a late fee', () => {
  const cn = rulesFor('CN', '2026-12-01');
  const uk = rulesFor('UK', '2026-12-01');
  const yearFlows: Flow[] = [
    { amount: 1_000_000n, years: 0 },
    { amount: -1_000_000n, years: 1 },
  ];

  it('has terms in every currency, in the form that a plan keeps', () => {
    for (const rules of versions)
      for (const currency of currencies) {
        const terms = lateFeeTerms(rules, currency);
        expect(Object.keys(terms)).toEqual(['amount', 'grace_days', 'most_percent']);
        expect(Object.values(terms).every((value) => Number.isSafeInteger(value) && value > 0)).toBe(true);
      }
    expect(() => lateFeeTerms(cn, 'XTS')).toThrow(RangeError);
    expect(() => lateFeeTerms(cn, 'constructor')).toThrow(RangeError);
  });

  it('is the agreed amount, at most the agreed part of the installment, half to even', () => {
    const terms = { amount: 300, grace_days: 3, most_percent: 10 };
    const of = (installmentAmount: bigint) =>
      lateFeeFor({ rules: uk, terms, installmentAmount, flows: yearFlows, years: 1 });
    expect(of(10_000n)).toBe(300n);
    expect(of(2_500n)).toBe(250n);
    expect(of(25n)).toBe(2n);
    expect(of(35n)).toBe(4n);
    expect(of(0n)).toBe(0n);
  });

  it('stays below what all costs together may be in China', () => {
    // 100.00 for 14 days, free of interest: a year’s 24 % leaves 0.83 for all fees.
    const flows: Flow[] = [
      { amount: 10_000n, years: 0 },
      { amount: -10_000n, years: 14 / 365 },
    ];
    const room = Math.floor(10_000 * (1.24 ** (20 / 365) - 1.24 ** (6 / 365)));
    expect(roomUnder(24, flows, 20 / 365)).toBe(BigInt(room));
    const terms = { amount: 1_000, grace_days: 3, most_percent: 5 };
    const fee = lateFeeFor({ rules: cn, terms, installmentAmount: 10_000n, flows, years: 20 / 365 });
    expect(fee).toBe(83n);
    expect(lateFeeFor({ rules: uk, terms, installmentAmount: 10_000n, flows, years: 20 / 365 })).toBe(500n);
  });

  it('is nothing once the ceiling is reached', () => {
    const flows: Flow[] = [
      { amount: 10_000n, years: 0 },
      { amount: -12_500n, years: 1 },
    ];
    const terms = { amount: 1_000, grace_days: 3, most_percent: 5 };
    expect(lateFeeFor({ rules: cn, terms, installmentAmount: 12_500n, flows, years: 1 })).toBe(0n);
  });

  it('fills the room under a ceiling to the last minor unit', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1_000n, max: 20_000_000n }),
        fc.integer({ min: 1, max: 36 }),
        fc.integer({ min: 0, max: 24 }),
        fc.integer({ min: 0, max: 400 }),
        (principal, count, percent, lateDays) => {
          const payment = (principal + (principal * BigInt(percent * count)) / 2_600n) / BigInt(count);
          const flows: Flow[] = [
            { amount: principal, years: 0 },
            ...Array.from({ length: count }, (_, index) => ({ amount: -payment, years: (index + 1) / 12 })),
          ];
          const years = lateDays / 365 + 1 / 12;
          const room = roomUnder(24, flows, years);
          const withFee = (fee: bigint) => effectiveApr([...flows, { amount: -fee, years }]);
          if (room > 0n) expect(withFee(room)).toBeLessThanOrEqual(24 + 1e-7);
          expect(withFee(room + 1n)).toBeGreaterThan(24 - 1e-7);
        },
      ),
      runs(),
    );
  });
});

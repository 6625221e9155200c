import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addDays, addOffset, type Offset } from '../src/lib/dates.ts';
import { divideHalfEven, sum } from '../src/lib/money.ts';
import { roundApr } from '../src/plans/apr.ts';
import { canonicalJson } from '../src/lib/canonical-json.ts';
import {
  type Disclosure,
  type DisclosureFacts,
  disclosureFor,
  disclosureHash,
} from '../src/plans/disclosure.ts';
import { disclosureBlocks } from '../src/plans/disclosure-blocks.ts';
import { type DisclosedInstallment, type OfferFacts } from '../src/plans/disclosure-cost.ts';
import { type DisclosureCode, disclosureTexts } from '../src/plans/disclosure-texts.ts';
import { type Market, markets } from '../src/plans/market-rules.ts';
import { offersFor } from '../src/plans/offers.ts';
import { runs } from './support/runs.ts';

/** Room for 10,000 tries on a busy machine. */
const propertyMs = 180_000;

const startsOn = '2026-12-01';
const funder = { id: 'fnd_1', name: 'North Bank' };
const merchant = { id: 'mer_1', name: 'Lamp Shop' };

/** Equal payments at `ppm` a year, each month one twelfth of it, half-even; the last one takes what is left. */
function monthly(financed: bigint, ppm: number, periods: number, currency = 'CNY'): OfferFacts {
  const rate = ppm / 12e6;
  const level = BigInt(
    Math.round(
      rate === 0 ? Number(financed) / periods : (Number(financed) * rate) / (1 - (1 + rate) ** -periods),
    ),
  );
  let balance = financed;
  const installments = Array.from({ length: periods }, (_, index): DisclosedInstallment => {
    const interest = divideHalfEven(balance * BigInt(ppm), 12_000_000n);
    const principal = index === periods - 1 ? balance : level - interest;
    balance -= principal;
    return {
      number: index + 1,
      dueDate: addOffset(startsOn, { months: index + 1 }),
      amount: principal + interest,
      principal,
      interest,
    };
  });
  return {
    currency,
    amount: financed,
    downPayment: 0n,
    financed,
    installments,
    cadence: { months: 1 },
    interest: { annual_rate_ppm: ppm, shopper_rate_ppm: ppm },
  };
}

function interestFree(
  parts: readonly bigint[],
  cadence: Offset,
  currency = 'CNY',
  downPayment = 0n,
): OfferFacts {
  const financed = sum(parts);
  return {
    currency,
    amount: financed + downPayment,
    downPayment,
    financed,
    installments: parts.map((amount, index) => ({
      number: index + 1,
      dueDate: addOffset(startsOn, {
        months: (cadence.months ?? 0) * (index + 1),
        days: (cadence.days ?? 0) * (index + 1),
      }),
      amount,
      principal: amount,
      interest: 0n,
    })),
    cadence,
  };
}

const disclose = (market: Market, offer: OfferFacts, more: Partial<DisclosureFacts> = {}): Disclosure =>
  disclosureFor({ market, date: startsOn, startsOn, offer, funder, merchant, ...more });

const codesOf = (block: Disclosure): DisclosureCode[] => block.lines.map(({ code }) => code);

function line(block: Disclosure, code: DisclosureCode): Record<string, unknown> {
  const { code: _code, ...value } = block.lines.find((each) => each.code === code) ?? { code };
  return value;
}

const quarters = interestFree([2_500n, 2_500n, 2_500n, 2_500n], { days: 14 });
/** money.md rule 6: ¥1,200 at 12 % for 6 months, 207.06 × 5 and 207.05, interest 42.35. */
const sixMonths = monthly(120_000n, 120_000, 6);

describe('in China', () => {
  it('shows the simple rate by its name, the compound one, and the ceiling', () => {
    const block = disclose('CN', sixMonths);
    expect(block.regime).toBe('cn_loan');
    expect(sixMonths.installments.map(({ amount }) => amount)).toEqual([
      20706n,
      20706n,
      20706n,
      20706n,
      20706n,
      20705n,
    ]);
    expect(line(block, 'simple_rate')).toEqual({ kind: 'percent', percent: 12 });
    // 1.01 ^ 12 − 1
    expect(line(block, 'irr')).toEqual({ kind: 'percent', percent: 12.68 });
    expect(block.apr_percent).toBe(12.68);
    expect(line(block, 'all_in_ceiling')).toEqual({ kind: 'percent', percent: 24 });
    expect(line(block, 'total_interest')).toEqual({ kind: 'amount', amount: 4_235 });
    expect(line(block, 'total_payable')).toEqual({ kind: 'amount', amount: 124_235 });
    expect(line(block, 'creditor')).toEqual({ kind: 'party', ...funder });
    expect(line(block, 'duration')).toEqual({ kind: 'dates', from: startsOn, to: '2027-06-01' });
    expect(block.refusals).toEqual([]);
    expect(disclosureTexts['zh-CN'].simple_rate.label).toContain('单利');
  });

  it('counts guarantee fees in both rates, and refuses what they push above the ceiling', () => {
    const guarantee = (amount: bigint) =>
      disclose('CN', sixMonths, { charges: [{ amount, onDate: startsOn }] });
    const cheap = guarantee(1_000n);
    expect(line(cheap, 'charges')).toEqual({ kind: 'amount', amount: 1_000 });
    expect(line(cheap, 'total_payable')).toEqual({ kind: 'amount', amount: 125_235 });
    // 10.00 over 1,200 falling to 0 in six months (352.87 a year): 2.83 % more.
    expect(line(cheap, 'simple_rate')).toEqual({ kind: 'percent', percent: 14.83 });
    expect(cheap.apr_percent).toBeGreaterThan(12.68);
    expect(cheap.refusals).toEqual([]);
    const dear = guarantee(5_000n);
    expect(dear.refusals).toEqual([
      { code: 'all_in_cost_above_ceiling', percent: dear.apr_percent, most_percent: 24 },
    ]);
    expect(dear.apr_percent).toBeGreaterThan(24);
  });

  it('refuses from the first rate above the ceiling on', () => {
    const refusalsAt = (ppm: number) => disclose('CN', monthly(10_000_000n, ppm, 12)).refusals.length;
    const simple = 12e6 * (1.24 ** (1 / 12) - 1);
    expect(refusalsAt(Math.floor(simple) - 10)).toBe(0);
    expect(refusalsAt(Math.ceil(simple) + 10)).toBe(1);
  });

  it('shows the shopper’s part of a rate and what the merchant pays', () => {
    const offer = {
      ...monthly(120_000n, 0, 6),
      interest: { annual_rate_ppm: 120_000, shopper_rate_ppm: 0 },
      subsidy: 4_235n,
    };
    const block = disclose('CN', offer);
    expect(block.apr_percent).toBe(0);
    expect(line(block, 'simple_rate')).toEqual({ kind: 'percent', percent: 0 });
    expect(line(block, 'merchant_pays')).toEqual({ kind: 'amount', amount: 4_235 });
  });

  it('tells of a cash draw without a shop', () => {
    const block = disclosureFor({ market: 'CN', date: startsOn, startsOn, offer: sixMonths, funder });
    expect(codesOf(block)).not.toContain('merchant');
    expect(codesOf(block)).not.toContain('price');
    expect(codesOf(block)).toContain('credit_amount');
  });
});

describe('in the EU', () => {
  it('is the pre-contract form with withdrawal, early repayment and the costs of default', () => {
    const block = disclose('EU', monthly(120_000n, 120_000, 6, 'EUR'));
    expect(block.regime).toBe('eu_pre_contract');
    expect(block.rules_from).toBe('2026-11-20');
    expect(block.apr_percent).toBe(12.68);
    expect(line(block, 'borrowing_rate')).toEqual({ kind: 'percent', percent: 12 });
    expect(line(block, 'apr')).toEqual({ kind: 'percent', percent: 12.68 });
    expect(line(block, 'total_cost')).toEqual({ kind: 'amount', amount: 4_235 });
    expect(line(block, 'total_payable')).toEqual({ kind: 'amount', amount: 124_235 });
    expect(line(block, 'withdrawal')).toEqual({ kind: 'days', days: 14 });
    // 1,200 × 12 % / 365
    expect(line(block, 'withdrawal_interest')).toEqual({ kind: 'amount', amount: 39 });
    expect(line(block, 'withdrawal_reminder')).toEqual({ kind: 'days_between', first: 1, last: 7 });
    expect(line(block, 'late_fee')).toEqual({
      kind: 'late_fee',
      amount: 300,
      grace_days: 3,
      most_percent: 10,
    });
    for (const code of ['early_repayment', 'missed_payments', 'creditor', 'installments'] as const)
      expect(codesOf(block)).toContain(code);
  });

  it('covers interest-free plans from the day of the directive', () => {
    const before = disclose('EU', quarters, { date: '2026-11-19' });
    expect(before.regime).toBe('eu_exempt');
    expect(codesOf(before)).not.toContain('withdrawal');
    const after = disclose('EU', quarters, { date: '2026-11-20' });
    expect(after.regime).toBe('eu_pre_contract');
    expect(after.apr_percent).toBe(0);
    expect(line(after, 'withdrawal')).toEqual({ kind: 'days', days: 14 });
    expect(line(after, 'withdrawal_interest')).toEqual({ kind: 'amount', amount: 0 });
  });

  it('keeps form and withdrawal for credit with interest before it, by the older directive', () => {
    const block = disclose('EU', sixMonths, { date: '2026-01-01' });
    expect(block.regime).toBe('eu_pre_contract');
    expect(line(block, 'withdrawal')).toEqual({ kind: 'days', days: 14 });
    expect(codesOf(block)).not.toContain('withdrawal_reminder');
  });

  it('says that there is no late fee where none is agreed', () => {
    const block = disclose('EU', quarters, { lateFee: null });
    expect(codesOf(block)).toContain('no_late_fee');
    expect(codesOf(block)).not.toContain('late_fee');
    expect(codesOf(disclose('EU', quarters))).not.toContain('no_late_fee');
  });
});

describe('in the UK', () => {
  const twelve = interestFree(
    Array.from({ length: 12 }, () => 1_000n),
    { months: 1 },
    'GBP',
  );

  it('gives the key information of deferred payment credit', () => {
    const block = disclose('UK', twelve);
    expect(block.regime).toBe('uk_deferred_payment');
    expect(block.refusals).toEqual([]);
    expect(line(block, 'adverse_step_notice')).toEqual({ kind: 'days', days: 14 });
    for (const code of ['missed_payments', 'credit_records', 'card_authority', 'complaints'] as const)
      expect(codesOf(block)).toContain(code);
    expect(disclose('UK', twelve, { date: '2026-07-14' }).regime).toBe('uk_exempt');
  });

  it('refuses more than twelve interest-free installments or twelve months', () => {
    const refusal = [{ code: 'interest_free_too_long', most_installments: 12, most_months: 12 }];
    const thirteen = interestFree(
      Array.from({ length: 13 }, () => 1_000n),
      { days: 14 },
      'GBP',
    );
    expect(disclose('UK', thirteen).refusals).toEqual(refusal);
    expect(disclose('UK', interestFree([500n, 500n], { months: 7 }, 'GBP')).refusals).toEqual(refusal);
    expect(disclose('UK', interestFree([500n, 500n], { months: 6 }, 'GBP')).refusals).toEqual([]);
    expect(disclose('UK', monthly(120_000n, 120_000, 24, 'GBP')).refusals).toEqual([]);
  });

  it('shows the APR and total cost of credit with interest', () => {
    const block = disclose('UK', monthly(120_000n, 120_000, 6, 'GBP'));
    expect(block.regime).toBe('uk_credit');
    expect(line(block, 'apr')).toEqual({ kind: 'percent', percent: 12.68 });
    expect(line(block, 'total_cost')).toEqual({ kind: 'amount', amount: 4_235 });
  });
});

describe('in the US', () => {
  it('is the closed-end disclosure when there is a finance charge', () => {
    const offer = { ...monthly(120_000n, 120_000, 6, 'USD'), amount: 150_000n, downPayment: 30_000n };
    const block = disclose('US', offer);
    expect(block.regime).toBe('us_closed_end');
    expect(line(block, 'annual_percentage_rate')).toEqual({ kind: 'percent', percent: 12 });
    expect(line(block, 'finance_charge')).toEqual({ kind: 'amount', amount: 4_235 });
    expect(line(block, 'amount_financed')).toEqual({ kind: 'amount', amount: 120_000 });
    expect(line(block, 'total_of_payments')).toEqual({ kind: 'amount', amount: 124_235 });
    expect(line(block, 'total_sale_price')).toEqual({ kind: 'amount', amount: 154_235 });
    expect(line(block, 'adverse_action')).toEqual({ kind: 'days', days: 30 });
    expect(codesOf(block)).toContain('installments');
  });

  it('tells the rate of Appendix J’s own example of a regular monthly loan', () => {
    // (c)(1)(i): 5,000 in 24 payments of 230.
    const parts = Array.from({ length: 24 }, (_, index): DisclosedInstallment => ({
      number: index + 1,
      dueDate: addOffset('1978-01-10', { months: index + 1 }),
      amount: 23_000n,
      principal: index < 8 ? 20_834n : 20_833n,
      interest: index < 8 ? 2_166n : 2_167n,
    }));
    const offer = {
      currency: 'USD',
      amount: 500_000n,
      downPayment: 0n,
      financed: 500_000n,
      installments: parts,
      cadence: { months: 1 },
    };
    const block = disclose('US', offer, { startsOn: '1978-01-10', date: '1978-01-10' });
    expect(block.apr_percent).toBe(9.69);
    expect(line(block, 'finance_charge')).toEqual({ kind: 'amount', amount: 52_000 });
  });

  it('takes what is paid at once for the credit off the amount financed', () => {
    const block = disclose('US', monthly(120_000n, 120_000, 6, 'USD'), {
      charges: [
        { amount: 1_000n, onDate: startsOn },
        { amount: 500n, onDate: addDays(startsOn, 31) },
      ],
    });
    expect(line(block, 'amount_financed')).toEqual({ kind: 'amount', amount: 119_000 });
    expect(line(block, 'finance_charge')).toEqual({ kind: 'amount', amount: 5_735 });
    expect(line(block, 'total_of_payments')).toEqual({ kind: 'amount', amount: 124_735 });
    expect(block.apr_percent).toBeGreaterThan(12);
  });

  it('needs none up to four free installments, and the whole of it for a fifth', () => {
    const free = (count: number) =>
      disclose(
        'US',
        interestFree(
          Array.from({ length: count }, () => 1_000n),
          { days: 14 },
          'USD',
          500n,
        ),
      );
    expect(free(4).regime).toBe('us_exempt');
    expect(free(5).regime).toBe('us_closed_end');
    expect(line(free(5), 'finance_charge')).toEqual({ kind: 'amount', amount: 0 });
    expect(free(5).apr_percent).toBe(0);
    expect(line(free(4), 'down_payment')).toEqual({ kind: 'amount', amount: 500 });
  });

  test.each([
    // 1,080 for 1,000 after 255 days is example (c)(5)(i).
    ['one payment after 255 days', [{ days: 255, amount: 108_000n }], { days: 255 }, 11.45],
    // 505 in one week and 505 in two for 1,000: v = 0.993384, i = 0.66600 % a week, 52 of them a year.
    ['two weekly payments', [{ days: 7, amount: 50_500n }, { days: 14, amount: 50_500n }], { days: 7 }, 34.63], // prettier-ignore
    ['one payment after 30 days', [{ days: 30, amount: 101_000n }], { days: 30 }, 12.17],
  ])('counts %s in its own unit-periods', (_name, payments, cadence, apr) => {
    const financed = 100_000n;
    let left = financed;
    const installments = payments.map(({ days, amount }, index): DisclosedInstallment => {
      const principal = index === payments.length - 1 ? left : 50_000n;
      left -= principal;
      return {
        number: index + 1,
        dueDate: addDays('1978-01-03', days),
        amount,
        principal,
        interest: amount - principal,
      };
    });
    const offer = { currency: 'USD', amount: financed, downPayment: 0n, financed, installments, cadence };
    expect(disclose('US', offer, { startsOn: '1978-01-03' }).apr_percent).toBe(apr);
  });
});

describe('every block', () => {
  it('takes the offers as they are made', () => {
    for (const firstPart of ['capture', 'checkout'] as const)
      for (const offer of offersFor({ amount: 10_000n, currency: 'CNY', shippedOn: startsOn, firstPart }))
        for (const market of markets) {
          const block = disclose(market, offer);
          expect(block.apr_percent).toBe(0);
          expect(block.refusals).toEqual([]);
          expect(line(block, 'installments')['installments']).toHaveLength(offer.installments.length);
        }
  });

  it('is the same whatever was asked of the same offer before', () => {
    const changes = [{}, { startsOn: '2026-12-15' }, { charges: [{ amount: 700n, onDate: startsOn }] }, {}];
    for (const change of changes)
      for (const market of markets)
        expect(disclose(market, sixMonths, change)).toEqual(
          disclose(market, structuredClone(sixMonths), change),
        );
  });

  it('is plain data whose hash is that of its canonical JSON', () => {
    for (const market of markets) {
      const block = disclose(market, sixMonths);
      const read = JSON.parse(JSON.stringify(block)) as Disclosure;
      expect(read).toEqual(block);
      expect(disclosureHash(read)).toBe(disclosureHash(block));
      expect(disclosureHash(block)).toBe(createHash('sha256').update(canonicalJson(block)).digest('hex'));
    }
  });

  it('has another hash when a figure, a date or a party is another', () => {
    const hashes = [
      disclose('EU', sixMonths),
      disclose('CN', sixMonths),
      disclose('EU', sixMonths, { date: '2026-12-02' }),
      disclose('EU', sixMonths, { funder: { id: 'fnd_2', name: 'North Bank' } }),
      disclose('EU', sixMonths, { lateFee: null }),
      disclose('EU', monthly(120_001n, 120_000, 6)),
    ].map(disclosureHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('carries the hash of the texts that explain it', () => {
    expect(disclose('EU', quarters).texts_hash).toBe(
      createHash('sha256').update(canonicalJson(disclosureTexts)).digest('hex'),
    );
  });

  it('names each line once, and every line that there is belongs to a block', () => {
    for (const codes of Object.values(disclosureBlocks)) expect(new Set(codes).size).toBe(codes.length);
    const used = new Set<string>(Object.values(disclosureBlocks).flat());
    expect(Object.keys(disclosureTexts.en).filter((code) => !used.has(code))).toEqual([]);
  });

  it('is written in both languages, line by line', () => {
    const { en, 'zh-CN': zh } = disclosureTexts;
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    for (const [code, text] of Object.entries(en)) {
      const other = zh[code as DisclosureCode];
      expect(Object.keys(other), code).toEqual(Object.keys(text));
      for (const said of Object.values(text)) expect(said, code).toMatch(/^[^\u4e00-\u9fff]+$/);
      for (const said of Object.values(other)) expect(said, code).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test.each<[string, Partial<OfferFacts>, RegExp]>([
    ['parts that are not the amount', { amount: 120_001n }, /its parts/],
    ['a down payment below 0', { amount: 119_999n, downPayment: -1n }, /its parts/],
    ['credit of nothing', { downPayment: 120_000n, financed: 0n, installments: [] }, /its parts/],
    [
      'principal below 0',
      {
        installments: sixMonths.installments.map((each, index) => {
          const moved = (index === 0 ? -1n : index === 1 ? 1n : 0n) * 30_000n;
          return { ...each, principal: each.principal + moved, amount: each.amount + moved };
        }),
      },
      /not its principal and interest/,
    ],
    [
      'principal that is not what is financed',
      { installments: sixMonths.installments.slice(1) },
      /its principal/,
    ],
    ['no installments', { installments: [] }, /its principal/],
    [
      'an installment that is not its parts',
      { installments: sixMonths.installments.map((each) => ({ ...each, amount: each.amount + 1n })) },
      /not its principal and interest/,
    ],
    [
      'interest below 0',
      {
        installments: sixMonths.installments.map((each) => ({
          ...each,
          interest: -1n,
          amount: each.principal - 1n,
        })),
      },
      /not its principal and interest/,
    ],
  ])('refuses %s', (_name, change, message) => {
    const offer = { ...sixMonths, ...change };
    const wrong = () => disclose('EU', offer);
    expect(wrong).toThrow(RangeError);
    expect(wrong).toThrow(message);
    expect(wrong).toThrow(`an offer of ${offer.amount}: `);
  });

  it('takes an installment of interest alone', () => {
    const [first, second, ...others] = sixMonths.installments;
    if (!first || !second) throw new Error('six installments');
    const installments = [
      { ...first, principal: 0n, amount: first.interest },
      { ...second, principal: second.principal + first.principal, amount: second.amount + first.principal },
      ...others,
    ];
    expect(disclose('EU', { ...sixMonths, installments }).refusals).toEqual([]);
  });

  it('leaves out what is nothing: no down payment, no charges, nothing from the merchant', () => {
    for (const market of markets) {
      const codes = codesOf(disclose(market, { ...sixMonths, subsidy: 0n }));
      for (const code of ['down_payment', 'charges', 'merchant_pays'] as const)
        expect(codes).not.toContain(code);
    }
    const one = { ...sixMonths, amount: 120_001n, downPayment: 1n, subsidy: 1n };
    const charges = [{ amount: 1n, onDate: startsOn }];
    for (const code of ['down_payment', 'charges', 'merchant_pays'] as const)
      expect(line(disclose('CN', one, { charges }), code)).toEqual({ kind: 'amount', amount: 1 });
  });

  it('refuses a due date before the credit is drawn', () => {
    expect(() => disclose('EU', sixMonths, { startsOn: '2027-01-02' })).toThrow(/lies before/);
  });

  it(
    'tells a rate near the one agreed, compounded or not as the market has it',
    () => {
      fc.assert(
        fc.property(
          fc.bigInt({ min: 500_000n, max: 20_000_000n }),
          fc.integer({ min: 72_000, max: 180_000 }),
          fc.constantFrom(3, 6, 12, 24, 36),
          fc.constantFrom(...markets),
          (financed, ppm, periods, market) => {
            const block = disclose(market, monthly(financed, ppm, periods));
            const expected = market === 'US' ? ppm / 1e4 : 100 * ((1 + ppm / 12e6) ** 12 - 1);
            // Interest rounded to the minor unit in each period moves the second decimal of a rate at most.
            expect(Math.abs(block.apr_percent - roundApr(expected, 2))).toBeLessThan(0.011);
            expect(block.refusals).toEqual([]);
          },
        ),
        runs(),
      );
    },
    propertyMs,
  );
});

import { describe, expect, it } from 'vitest';
import { type FunderTerms, parseFunderTerms, TermsRefused } from '../src/credit/funder-terms.ts';
import { recordFunding } from '../src/credit/record-funding.ts';
import { choiceAgain } from '../src/credit/replay-funding.ts';
import {
  type Candidate,
  type FundingPurpose,
  type PlanToFund,
  route,
  routingOf,
} from '../src/credit/routing.ts';

const id = (letter: string): `fnd_${string}` => `fnd_${letter.repeat(32)}`;
const [a, b, c] = [id('a'), id('b'), id('c')];

const known = {
  markets: ['CN', 'EU', 'UK', 'US'],
  plans: ['pay_after', 'pay_in_4', 'monthly_12'],
  categories: ['retail', 'travel', 'cash_draw'],
};
const terms = (fields: object): FunderTerms => parseFunderTerms(JSON.stringify(fields), known);

const purpose: FundingPurpose = {
  key: 'cs_1',
  shopperId: 'shp_1',
  merchantId: 'mer_1',
  category: 'retail',
  currency: 'CNY',
  market: 'CN',
  country: 'CN',
  canAsk: true,
};
const asked: PlanToFund = { plan: 'pay_in_4', amount: 10_000n, days: 42, score: 600 };

function candidate(funderId: `fnd_${string}`, given: Partial<Candidate> & { asks?: object } = {}): Candidate {
  const { asks, ...rest } = given;
  return {
    funder: {
      id: funderId,
      name: funderId.slice(4, 5),
      feeShareBasisPoints: 0,
      servicingBasisPoints: 0,
      rateAdjustmentPpm: 0,
      firstLossBasisPoints: 0,
      status: 'active',
      keepsPlacements: false,
    },
    priority: 1,
    version: asks ? 1 : null,
    terms: asks ? terms(asks) : null,
    desk: 'none',
    lends: true,
    capacity: 6_400_000n,
    room: 100_000n,
    leveragedRoom: 100_000n,
    bound: { merchant: 0n, category: 0n, shopper: 0n },
    ...rest,
  };
}

const answerTo = (one: Candidate, plan: Partial<PlanToFund> = {}, of: Partial<FundingPurpose> = {}) =>
  route(routingOf({ ...purpose, ...of }, [one]), { ...asked, ...plan }).answers[0]?.answer;

describe('what a funder carries', () => {
  const eligible = 'eligible';
  const range = { currencies: { CNY: { least: 5_000, most: 20_000 } } };
  const cases: [string, object, Partial<PlanToFund>, Partial<FundingPurpose>, string][] = [
    ['has no terms', {}, {}, {}, eligible],
    ['lends this currency', range, {}, {}, eligible],
    ['lends others', { currencies: { EUR: {} } }, {}, {}, 'currency'],
    ['takes the least', range, { amount: 5_000n }, {}, eligible],
    ['takes no less', range, { amount: 4_999n }, {}, 'amount_too_small'],
    ['takes the most', range, { amount: 20_000n }, {}, eligible],
    ['takes no more', range, { amount: 20_001n }, {}, 'amount_too_large'],
    ['lends in another market', { markets: ['EU'] }, {}, {}, 'market'],
    ['lends in this country', { countries: ['CN', 'FR'] }, {}, {}, eligible],
    [
      'lends in other countries',
      { markets: ['EU'], countries: ['FR'] },
      {},
      { market: 'EU', country: 'DE' },
      'country',
    ],
    ['has no word on what has no country', { countries: ['CN'] }, {}, { country: null }, 'country'],
    ['carries other plans', { plans: ['monthly_12'] }, {}, {}, 'plan'],
    ['carries other purchases', { categories: ['travel'] }, {}, {}, 'category'],
    ['takes this score', { score: { least: 600, most: 850 } }, {}, {}, eligible],
    ['takes no lower score', { score: { least: 601, most: 850 } }, {}, {}, 'score'],
    ['is not asked about a score yet', { score: { least: 601, most: 850 } }, { score: null }, {}, eligible],
    ['waits so long', { days: { least: 0, most: 42 } }, {}, {}, eligible],
    ['waits no longer', { days: { least: 0, most: 41 } }, {}, {}, 'term'],
  ];
  it.each(cases)('%s: %j', (_name, fields, plan, of, answer) => {
    expect(answerTo(candidate(a, { asks: { ...fields } }), plan, of)).toBe(answer);
  });

  it('is as much as it has room for, and as its desk lets it', () => {
    expect(answerTo(candidate(a, { funder: { ...candidate(a).funder, status: 'paused' } }))).toBe('paused');
    expect(answerTo(candidate(a, { lends: false }))).toBe('currency');
    expect(answerTo(candidate(a, { room: 10_000n }))).toBe('eligible');
    expect(answerTo(candidate(a, { room: 9_999n }))).toBe('no_room');
    expect(answerTo(candidate(a, { leveragedRoom: 9_999n }))).toBe('leverage');
    expect(answerTo(candidate(a, { desk: 'ready' }))).toBe('eligible');
    expect(answerTo(candidate(a, { desk: 'ready' }), {}, { canAsk: false })).toBe('desk_not_asked_here');
    expect(answerTo(candidate(a, { desk: 'resting' }))).toBe('desk_resting');
    expect(answerTo(candidate(a, { desk: 'refused' }))).toBe('desk_refused');
  });

  it('is at most what it may have bound to one merchant, kind or shopper', () => {
    const capped = (caps: object, bound: Partial<Candidate['bound']>) =>
      answerTo(
        candidate(a, {
          asks: { currencies: { CNY: { caps } } },
          bound: { merchant: 0n, category: 0n, shopper: 0n, ...bound },
        }),
      );
    // 1 % of a capacity of 64,000.00 is 640.00.
    expect(capped({ merchant: { basis_points: 100 } }, { merchant: 54_000n })).toBe('eligible');
    expect(capped({ merchant: { basis_points: 100 } }, { merchant: 54_001n })).toBe('merchant_cap');
    expect(capped({ category: { amount: 30_000 } }, { category: 20_000n })).toBe('eligible');
    expect(capped({ category: { amount: 30_000 } }, { category: 20_001n })).toBe('category_cap');
    expect(capped({ shopper: { amount: 10_000 } }, { merchant: 99_999n })).toBe('eligible');
    expect(capped({ shopper: { amount: 10_000 } }, { shopper: 1n })).toBe('shopper_cap');
  });
});

describe('the order in which funders are asked', () => {
  it('is by priority first, whatever the weights', () => {
    const candidates = [
      candidate(a, { priority: 2, asks: { weight: 10_000 } }),
      candidate(b, { priority: 1 }),
    ];
    const { ranked } = route(routingOf(purpose, candidates), asked);
    expect(ranked.map(({ lead }) => lead.id)).toEqual([b, a]);
  });

  it('shares new purchases among equals by weight, and the same purchase falls on the same one', () => {
    const equals = [
      candidate(a, { asks: { weight: 60 } }),
      candidate(b, { asks: { weight: 30 } }),
      candidate(c, { asks: { weight: 10 } }),
    ];
    const leads = (candidates: Candidate[]) =>
      Array.from({ length: 1_000 }, (_, index) => {
        const of = { ...purpose, key: `cs_${index}` };
        return route(routingOf(of, candidates), asked).ranked[0]?.lead.id;
      });
    const first = leads(equals);
    const count = (funderId: string) => first.filter((lead) => lead === funderId).length;
    // Three standard deviations of a draw of 1,000 are 46, 43 and 28; the keys are fixed, so this never changes.
    expect(Math.abs(count(a) - 600)).toBeLessThan(46);
    expect(Math.abs(count(b) - 300)).toBeLessThan(43);
    expect(Math.abs(count(c) - 100)).toBeLessThan(28);
    expect(leads(equals.toReversed())).toEqual(first);
    // When one leaves, only its own purchases move.
    const without = leads(equals.slice(0, 2));
    expect(first.every((lead, index) => lead === c || lead === without[index])).toBe(true);
    const idle = leads([candidate(a, { asks: { weight: 0 } }), candidate(b)]);
    expect(new Set(idle)).toEqual(new Set([b]));
  });
});

describe('funders that carry a plan together', () => {
  const joint = { joint_with: [{ funder: b, basis_points: 3_333 }] };

  it('are asked about their shares, to the last unit', () => {
    const room = (first: bigint, second: bigint) =>
      route(
        routingOf(purpose, [
          candidate(a, { asks: joint, room: first }),
          candidate(b, { priority: 2, room: second, asks: { currencies: { CNY: { most: 3_333 } } } }),
        ]),
        asked,
      );
    const { ranked } = room(6_667n, 3_333n);
    expect(
      ranked.map(({ shares }) => shares.map(({ funder, basisPoints }) => [funder.id, basisPoints])),
    ).toEqual([
      [
        [a, 6_667],
        [b, 3_333],
      ],
    ]);
    expect(room(6_666n, 3_333n).answers[0]?.answer).toBe('no_room');
    expect(room(6_667n, 3_332n).answers[0]?.answer).toBe('partner_unable');
  });

  it('each carry at least 30 % in mainland China, and terms that say less are refused', () => {
    const small = { joint_with: [{ funder: b, basis_points: 2_999 }] };
    expect(() => terms(small)).toThrow(TermsRefused);
    const elsewhere = terms({ ...small, markets: ['EU'] });
    const both = [candidate(a, { terms: elsewhere }), candidate(b)];
    const abroad = { ...purpose, market: 'EU', country: 'FR' };
    expect(route(routingOf(abroad, both), asked).ranked).toHaveLength(2);
    const [first] = route(routingOf(purpose, both), asked).answers.filter(({ funderId }) => funderId === a);
    expect(first?.answer).toBe('share_too_small');
  });
});

describe('a file of terms', () => {
  it.each([
    ['not JSON', '{', 'JSON'],
    ['a name that is not known', '{"plans": ["pay_never"]}', 'pay_never'],
    ['a field that is not known', '{"colour": "red"}', 'colour'],
    ['a share of nothing', JSON.stringify({ joint_with: [{ funder: b, basis_points: 10_000 }] }), 'share'],
    ['a range upside down', '{"score": {"least": 700, "most": 600}}', 'least'],
  ])('is refused with %s', (_name, text, word) => {
    expect(() => parseFunderTerms(text, known)).toThrow(word);
  });
});

describe('a stored choice', () => {
  it('is made again from what it kept, through JSON and without its candidates', () => {
    const asks = { weight: 3, currencies: { CNY: { caps: { merchant: { amount: 15_000 } } } } };
    const bound = { merchant: 9_000n, category: 0n, shopper: 0n };
    const candidates = [candidate(a, { asks, bound }), candidate(b, { desk: 'resting' }), candidate(c)];
    const routing = routingOf(purpose, candidates);
    const plans = [asked, { ...asked, plan: 'monthly_12', amount: 5_000n }].map((plan) => {
      const { answers, ranked } = route(routing, plan);
      return {
        asked: plan,
        answers: answers.map(({ funderId, answer }) => ({
          funderId,
          answer: ranked[0]?.lead.id === funderId ? ('chosen' as const) : answer,
        })),
      };
    });
    const record = JSON.parse(JSON.stringify(recordFunding(routing, plans))) as ReturnType<
      typeof recordFunding
    >;
    const kept = new Map([
      [a, terms(asks)],
      [b, null],
      [c, null],
    ]);
    expect(choiceAgain(record, kept)).toEqual(record.asked);
    expect(record.asked).toEqual(
      expect.arrayContaining([
        { funder: a, name: 'a', answer: 'merchant_cap', plans: ['pay_in_4'] },
        { funder: b, name: 'b', answer: 'desk_resting', plans: ['pay_in_4', 'monthly_12'] },
      ]),
    );
    // Other terms come to another choice, so a replay that agrees says something.
    const wider = new Map(kept).set(a, terms({ weight: 3 }));
    expect(choiceAgain(record, wider)).not.toEqual(record.asked);
  });
});

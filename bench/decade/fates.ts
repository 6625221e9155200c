import type { OrderPlanCode } from '../../gateway/src/plans/offers.ts';
import type { Channel } from '../../gateway/src/plans/programmes.ts';
import type { Random } from './random.ts';

/** What somebody does about a plan so many days after its capture. */
export type Act = { day: number } & (
  | { kind: 'pay_off' }
  | { kind: 'catch_up' }
  | { kind: 'pay_ahead'; percent: number }
  | { kind: 'refund'; percent: number }
  | { kind: 'hardship' }
  | { kind: 'second_parcel' }
  | { kind: 'void_rest' }
);

/** A plan to come: what it is, which days the card fails, and what is done about it. */
export type Fate = {
  code: OrderPlanCode;
  category: Category;
  channel: Channel;
  /** Minor units. */
  amount: bigint;
  repaymentDay: number | undefined;
  /** What of the order ships at once. */
  firstPercent: number;
  /** Days after the first capture, the first included and the last not. */
  failing: { from: number; until: number } | undefined;
  acts: Act[];
};

export const categories = ['retail', 'travel', 'medical', 'education'] as const;

export type Category = (typeof categories)[number];

/** Kinds of plans by how many of a hundred there are, about; small ones are more, as in life. */
const kinds: readonly (readonly [number, { code: OrderPlanCode; category: Category; channel?: Channel }])[] =
  [
    [16, { code: 'pay_after', category: 'retail' }],
    [6, { code: 'pay_after', category: 'retail', channel: 'in_store' }],
    [20, { code: 'pay_in_3', category: 'travel' }],
    [25, { code: 'pay_in_4', category: 'retail' }],
    [8, { code: 'monthly_3', category: 'retail' }],
    [4, { code: 'monthly_3', category: 'medical' }],
    [5, { code: 'monthly_6', category: 'retail' }],
    [4, { code: 'monthly_6', category: 'education' }],
    [2, { code: 'monthly_12', category: 'travel' }],
    [1, { code: 'monthly_12', category: 'education' }],
    [1.4, { code: 'monthly_24', category: 'medical' }],
    [0.6, { code: 'monthly_36', category: 'medical' }],
  ];

/** How it goes with a plan, by how many of a hundred. */
const courses = [
  [68, 'as_agreed'],
  [8, 'missed_once'],
  [3, 'late_for_weeks'],
  [6, 'paid_off_early'],
  [3, 'paid_ahead'],
  [6, 'refunded'],
  [2, 'hardship'],
  [2, 'given_up'],
  [2, 'recovered'],
] as const;

/** `mostMonths` leaves out what runs for longer. */
export function drawFate(random: Random, mostMonths: number): Fate {
  const fitting = kinds.filter(([, { code }]) => monthsOf(code) <= mostMonths);
  const { code, category, channel = 'online' } = random.pick(fitting);
  const isMonthly = monthsOf(code) > 0;
  const going = course(random, code);
  const parcels = random.pick([
    [88, undefined],
    [8, 'second_parcel' as const],
    [4, 'void_rest' as const],
  ]);
  return {
    code,
    category,
    channel,
    amount: BigInt(isMonthly ? random.between(50_000, 190_000) : random.between(3_000, 90_000)),
    repaymentDay: isMonthly && random.next() < 0.3 ? random.between(1, 28) : undefined,
    firstPercent: parcels ? random.between(30, 80) : 100,
    failing: going.failing,
    acts: parcels ? [{ day: random.between(1, 5), kind: parcels }, ...going.acts] : going.acts,
  };
}

function monthsOf(code: OrderPlanCode): number {
  return code.startsWith('monthly_') ? Number(code.slice('monthly_'.length)) : 0;
}

function course(random: Random, code: OrderPlanCode): Pick<Fate, 'failing' | 'acts'> {
  const first = monthsOf(code) > 0 || code === 'pay_after' ? 20 : 0;
  const late = first + random.between(0, 40);
  const early = random.between(1, 25);
  switch (random.pick(courses)) {
    case 'missed_once':
      return { failing: { from: late, until: late + random.between(4, 20) }, acts: [] };
    case 'late_for_weeks': {
      const until = late + random.between(40, 100);
      // Nobody asks the card any more by then: the shopper pays what is due.
      return { failing: { from: late, until }, acts: [{ day: until, kind: 'catch_up' }] };
    }
    case 'paid_off_early':
      return { failing: undefined, acts: [{ day: early, kind: 'pay_off' }] };
    case 'paid_ahead':
      return {
        failing: undefined,
        acts: [{ day: early, kind: 'pay_ahead', percent: random.between(10, 70) }],
      };
    case 'refunded':
      return {
        failing: undefined,
        acts: [
          {
            day: random.between(1, 70),
            kind: 'refund',
            percent: random.next() < 0.4 ? 100 : random.between(5, 90),
          },
        ],
      };
    case 'hardship':
      return {
        failing: { from: late, until: late + 35 },
        acts: [{ day: late + 34, kind: 'hardship' }],
      };
    case 'given_up':
      return { failing: { from: first, until: Infinity }, acts: [] };
    case 'recovered':
      return { failing: { from: first, until: first + 250 }, acts: [{ day: first + 260, kind: 'pay_off' }] };
    case 'as_agreed':
    default:
      return { failing: undefined, acts: [] };
  }
}

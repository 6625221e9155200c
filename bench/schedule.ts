import { aprOf } from '../gateway/src/plans/disclosure-cost.ts';
import { marketOf, rulesFor } from '../gateway/src/plans/markets.ts';
import { monthlyPlans, type OfferInput, offersFor, type PlanOffer } from '../gateway/src/plans/offers.ts';
import { programmes } from '../gateway/src/plans/programmes.ts';
import { createRandom } from './decade/random.ts';
import type { Benchmark, Measured, Ratio } from './report.ts';
import { type Round, runRounds, type Settings, type Variant } from './rounds.ts';
import { timeBatches } from './time-batches.ts';

/** Several carts in turn, because no two are alike. */
const carts = 64;
const warmUpSeconds = 0.5;
const annualRatePpm = 120_000;
const shippedOn = '2027-01-10';
const rules = rulesFor(marketOf('CN'), shippedOn);

const codes = ['pay_in_4', 'monthly_3', 'monthly_12', 'monthly_24'] as const;
type Code = (typeof codes)[number];

const allName = 'all plans of a cart';
const planName = (code: Code) => `${code}: schedule and APR`;
const scheduleName = (code: Code) => `${code}: schedule`;
const floorName = (code: Code) => `${code}, floor: closed form`;
const partsOf = (code: Code): number => (code === 'pay_in_4' ? 4 : monthlyPlans[code]);

/** The programme that sells one plan only. */
const selling = (code: Code) => ({ ...programmes.retail, plans: [code] });

type Bare = { principal: bigint; interest: bigint; amount: bigint };

/**
 * The least that tells what is due: one payment by the formula of an annuity in floating point, rounded once, and its split
 * month by month in whole units. No dates, no day count, no half-even rounding, no yearly rate.
 */
function bareSchedule(amount: bigint, parts: number, isFree: boolean): Bare[] {
  const monthly = isFree ? 0 : annualRatePpm / 12e6;
  const level = isFree
    ? amount / BigInt(parts)
    : BigInt(Math.round((Number(amount) * monthly) / (1 - (1 + monthly) ** -parts)));
  const due: Bare[] = [];
  let balance = amount;
  for (let part = 1; part <= parts; part += 1) {
    const interest = isFree ? 0n : (balance * BigInt(annualRatePpm)) / 12_000_000n;
    const principal = part === parts ? balance : level - interest;
    balance -= principal;
    due.push({ principal, interest, amount: principal + interest });
  }
  return due;
}

function offerOf(input: OfferInput, code: Code): PlanOffer {
  const [offer] = offersFor({ ...input, programme: selling(code) });
  if (!offer) throw new Error(`${code} is not offered`);
  return offer;
}

const aprOfOffer = (offer: PlanOffer): number =>
  aprOf({ offer, startsOn: shippedOn, charges: [] }, rules.aprMethod.value);

function variantsOf(seconds: number): Variant[] {
  const random = createRandom(1);
  const inputs = Array.from({ length: carts }, (): OfferInput => ({
    amount: BigInt(random.between(300_000, 1_000_000)),
    currency: 'CNY',
    shippedOn,
    firstPart: 'capture',
    programme: programmes.retail,
    annualRatePpm,
    rules,
  }));
  const inputAt = (turn: number): OfferInput => inputs[turn % carts]!;
  const variant = (name: string, batch: number, operation: (turn: number) => unknown): Variant => ({
    name,
    run: () => Promise.resolve(timeBatches({ seconds, batch }, operation)),
  });
  const whole = (turn: number) => offersFor(inputAt(turn)).map(aprOfOffer);
  return [
    variant(allName, 4, whole),
    ...codes.flatMap((code) => [
      variant(planName(code), 8, (turn) => aprOfOffer(offerOf(inputAt(turn), code))),
      variant(scheduleName(code), 8, (turn) => offerOf(inputAt(turn), code)),
      variant(floorName(code), 256, (turn) =>
        bareSchedule(inputAt(turn).amount, partsOf(code), code === 'pay_in_4'),
      ),
    ]),
  ];
}

const ratioOf = (above: string, below: string): Ratio => ({
  name: `${above} / ${below}, by CPU`,
  of(round: Round) {
    const [one, other] = [round[above]?.cpu, round[below]?.cpu];
    return one === undefined || !other ? undefined : one / other;
  },
});

async function run(settings: Settings): Promise<Measured> {
  settings.progress('warming up');
  for (const variant of variantsOf(warmUpSeconds)) await variant.run();
  return {
    columns: [
      { key: 'p50', head: 'p50 µs', digits: 2 },
      { key: 'p99', head: 'p99 µs', digits: 2 },
      { key: 'cpu', head: 'CPU µs', digits: 2 },
    ],
    ratios: codes.flatMap((code) => [
      ratioOf(planName(code), floorName(code)),
      ratioOf(scheduleName(code), floorName(code)),
    ]),
    rounds: await runRounds(variantsOf(settings.seconds), settings),
    notes: [
      'A schedule is an offer: every installment with its date, principal and interest to the unit, held against the rules',
      'of the market. These have a ceiling of the APR, which solves the equation of its method and is found once an offer:',
      'to ask for it again, as a page does, costs next to nothing. The floor is one closed formula and a loop over the parts.',
      `${allName} are what one page of a checkout shows, with the APR of each.`,
    ],
  };
}

/** What a plan costs to work out: its schedule by the rules of money, and the yearly rate that the law wants shown. */
export const schedule: Benchmark = { defaults: { rounds: 8, seconds: 0.2 }, run };

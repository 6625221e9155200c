import { createHash } from 'node:crypto';
import { splitByLargestRemainder } from '../lib/money.ts';
import type { ConcentrationCap, FunderTerms } from './funder-terms.ts';
import { leastShareIn, sharesOf } from './funder-terms.ts';
import type { Funder } from './funders.ts';
import type { Funding, FundingShare } from './funding.ts';
import type { Bound, Concentration } from './placements.ts';

/** What a plan is to be funded for, whichever plan it becomes. */
export type FundingPurpose = Bound & {
  /** The session, agreement or draw: a choice that is repeated for it falls on the same funder. */
  key: string;
  currency: string;
  market: string;
  /** Where the merchant sells; null where nothing is bought. */
  country: string | null;
  /** Whether a funder's own service can be asked before the plan is confirmed. */
  canAsk: boolean;
};

/** One plan as a funder's terms look at it. */
export type PlanToFund = {
  plan: string;
  /** What is financed, in minor units. */
  amount: bigint;
  /** Days from the offer to the last due date. */
  days: number;
  /** Null while nobody has been scored; terms about scores are looked at when somebody is. */
  score: number | null;
};

/** How a funder's own service stands: it has none, may be asked, rests after failures, or has not taken this purchase. */
export type DeskState = 'none' | 'ready' | 'resting' | 'refused' | 'unreachable';

/** What is known of a funder at the moment of a decision. */
export type Candidate = {
  funder: Funder;
  priority: number;
  /** The version of its terms that is in force; null when it has none, and carries whatever it has room for. */
  version: number | null;
  terms: FunderTerms | null;
  desk: DeskState;
  /** Whether it has any capacity in the purchase's currency. */
  lends: boolean;
  /** All of its capacity; what one slot could still take by capacity, and by leverage as well. Minor units. */
  capacity: bigint;
  room: bigint;
  leveragedRoom: bigint;
  /** By both, of the slot that this shopper's holds are taken from first; left out where nobody looked. */
  firstRoom?: bigint | undefined;
  bound: Concentration;
};

/** The funders that could be asked about a purchase, in the order in which they are. */
export type Routing = { purpose: FundingPurpose; candidates: readonly Candidate[] };

/** Why a funder does not carry a plan. */
export const fundingRefusals = [
  'paused',
  'currency',
  'market',
  'country',
  'category',
  'plan',
  'score',
  'amount_too_small',
  'amount_too_large',
  'term',
  'no_room',
  'leverage',
  'merchant_cap',
  'category_cap',
  'shopper_cap',
  'share_too_small',
  'partner_unable',
  'desk_not_asked_here',
  'desk_resting',
  'desk_refused',
  'desk_unreachable',
  'not_consented',
  'rate_not_allowed',
] as const;

export type FundingRefusal = (typeof fundingRefusals)[number];

export type FundingAnswer = 'chosen' | 'eligible' | FundingRefusal;

export type Routed = {
  /** Who could carry the plan, the best first. */
  ranked: Funding[];
  /** What each funder's terms say, in the order in which they were asked. */
  answers: { funderId: string; answer: Exclude<FundingAnswer, 'chosen'> }[];
};

/** Puts the candidates in the order in which they are asked about this purchase. Pure. */
export function routingOf(purpose: FundingPurpose, candidates: readonly Candidate[]): Routing {
  const drawn = candidates.map((candidate) => ({ candidate, draw: drawOf(purpose.key, candidate) }));
  drawn.sort(
    (a, b) =>
      a.candidate.priority - b.candidate.priority ||
      a.draw - b.draw ||
      (a.candidate.funder.id < b.candidate.funder.id ? -1 : 1),
  );
  return { purpose, candidates: drawn.map(({ candidate }) => candidate) };
}

/**
 * A funder's lot for a purchase, the lower the sooner: an exponential variable with its weight as rate, so that each of
 * several equals comes first with a probability of its weight over all weights, and one that leaves moves nobody else's
 * purchases (weighted rendezvous hashing). Without weight it comes last.
 */
function drawOf(key: string, { funder, terms }: Candidate): number {
  const weight = terms?.weight ?? 100;
  const hash = createHash('sha256').update(`${key}:${funder.id}`).digest().readUIntBE(0, 6);
  return weight === 0 ? Number.POSITIVE_INFINITY : -Math.log((hash + 1) / (2 ** 48 + 1)) / weight;
}

/**
 * Who could carry a plan, and why each of the others does not. One that carries its plans with others is able when each
 * of them is able to carry its part. Pure: the same facts give the same answer, so a stored decision can be made again.
 */
export function route({ purpose, candidates }: Routing, asked: PlanToFund): Routed {
  const ranked: Funding[] = [];
  const answers = candidates.map((candidate) => {
    const answer = fundingBy(candidate, { purpose, candidates, asked });
    const isRefusal = typeof answer === 'string';
    if (!isRefusal) ranked.push(answer);
    return { funderId: candidate.funder.id, answer: isRefusal ? answer : ('eligible' as const) };
  });
  return { ranked, answers };
}

type Question = { purpose: FundingPurpose; candidates: readonly Candidate[]; asked: PlanToFund };

function fundingBy(candidate: Candidate, question: Question): Funding | FundingRefusal {
  const { purpose, candidates, asked } = question;
  const parts = sharesOf(candidate.terms);
  const amounts = splitByLargestRemainder(
    asked.amount,
    parts.map(({ basisPoints }) => BigInt(basisPoints)),
  );
  const least = parts.length > 1 ? Math.max(1, leastShareIn(purpose.market)) : 0;
  if (parts.some(({ basisPoints }) => basisPoints < least)) return 'share_too_small';
  const shares: FundingShare[] = [];
  for (const [index, { funder, basisPoints }] of parts.entries()) {
    const carrier = funder === null ? candidate : candidates.find((other) => other.funder.id === funder);
    const refusal = carrier
      ? refusalOf(carrier, { purpose, asked: { ...asked, amount: amounts[index] ?? 0n } })
      : 'partner_unable';
    if (refusal) return index === 0 ? refusal : 'partner_unable';
    if (carrier) shares.push({ funder: carrier.funder, basisPoints, firstRoom: carrier.firstRoom });
  }
  return { lead: candidate.funder, shares };
}

/** The first of a funder's conditions that does not hold for its part of a plan. */
function refusalOf(
  candidate: Candidate,
  { purpose, asked }: { purpose: FundingPurpose; asked: PlanToFund },
): FundingRefusal | undefined {
  const { funder, terms, lends, desk } = candidate;
  const inCurrency = terms?.currencies?.[purpose.currency];
  if (funder.status === 'paused') return 'paused';
  if (!lends || (terms?.currencies && !inCurrency)) return 'currency';
  if (terms?.markets && !terms.markets.includes(purpose.market)) return 'market';
  if (terms?.countries && !terms.countries.some((country) => country === purpose.country)) return 'country';
  if (terms?.categories && !terms.categories.includes(purpose.category)) return 'category';
  if (terms?.plans && !terms.plans.includes(asked.plan)) return 'plan';
  if (terms?.score && asked.score !== null && !isWithin(terms.score, asked.score)) return 'score';
  if (asked.amount < BigInt(inCurrency?.least ?? 1)) return 'amount_too_small';
  if (inCurrency?.most !== undefined && asked.amount > BigInt(inCurrency.most)) return 'amount_too_large';
  if (terms?.days && !isWithin(terms.days, asked.days)) return 'term';
  return refusalByDesk(desk, purpose) ?? refusalByRoom(candidate, asked.amount, purpose);
}

function isWithin({ least, most }: { least: number; most: number }, value: number): boolean {
  return value >= least && value <= most;
}

function refusalByDesk(desk: DeskState, { canAsk }: FundingPurpose): FundingRefusal | undefined {
  if (desk === 'none') return undefined;
  if (!canAsk) return 'desk_not_asked_here';
  return desk === 'ready' ? undefined : `desk_${desk}`;
}

function refusalByRoom(
  { terms, room, leveragedRoom, capacity, bound }: Candidate,
  amount: bigint,
  purpose: FundingPurpose,
): FundingRefusal | undefined {
  if (room < amount) return 'no_room';
  if (leveragedRoom < amount) return 'leverage';
  const caps = terms?.currencies?.[purpose.currency]?.caps;
  const passes = (cap: ConcentrationCap | undefined, carried: bigint): boolean =>
    cap !== undefined && carried + amount > mostBy(cap, capacity);
  if (purpose.merchantId !== null && passes(caps?.merchant, bound.merchant)) return 'merchant_cap';
  if (passes(caps?.category, bound.category)) return 'category_cap';
  return passes(caps?.shopper, bound.shopper) ? 'shopper_cap' : undefined;
}

function mostBy(cap: ConcentrationCap, capacity: bigint): bigint {
  return 'amount' in cap ? BigInt(cap.amount) : (capacity * BigInt(cap.basis_points)) / 10_000n;
}

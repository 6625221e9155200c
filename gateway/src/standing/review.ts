import { type CreditLine, lockLine, scheduleReview, setTerms } from '../credit/lines.ts';
import { recordEvent } from '../events/record.ts';
import { type CalendarDate, dateIn } from '../lib/dates.ts';
import { maxOf, toJsonAmount } from '../lib/money.ts';
import type { Tx } from '../lib/tx.ts';
import { policyOf } from '../pay-score/policy-in-force.ts';
import { scoreNow } from '../pay-score/score-now.ts';
import { marketOfCurrency } from '../plans/markets.ts';
import { readBehaviour } from './behaviour.ts';
import { legalCeilingOf } from './ceiling.ts';
import { endOffer, type LimitChange, openOffer, readDaysSince, storeChange } from './limit-changes.ts';
import { type ReviewFacts, reviewTerms, type Terms, type TermsReview } from './limit-policy.ts';
import { nextReviewOf } from './next-review.ts';

type LineKey = Pick<CreditLine, 'shopperId' | 'currency'>;

/** The lines whose review has come at `tx.now`. Those that nothing moves have no date and cost nothing. */
export async function findLinesToReview(tx: Tx): Promise<LineKey[]> {
  const rows = await tx
    .sql('credit_lines')
    .where({ environment_id: tx.environment.id })
    .where('next_review_on', '<=', todayOf(tx))
    .orderBy('id')
    .select<{ shopper_id: string; currency: string }[]>('shopper_id', 'currency');
  return rows.map(({ shopper_id: shopperId, currency }) => ({ shopperId, currency }));
}

/**
 * Reviews the terms of one line: locks it, scores its shopper, applies or offers what the policy says, keeps each change
 * with its reasons and tells of it, and sets the date of the next review. Once reviewed it is not due any more, so a
 * second sweep or another process changes nothing.
 */
export async function reviewLine(tx: Tx, key: LineKey): Promise<void> {
  const today = todayOf(tx);
  const line = await lockLine(tx, key.shopperId, key.currency);
  if (!line || line.nextReviewOn === null || line.nextReviewOn > today) return;
  const facts = await readFacts(tx, line, today);
  const policy = await policyOf(tx);
  const review = reviewTerms(facts, policy);
  const offer = await keepOffer(tx, line, { facts, review, today });
  const made = await applyReview(tx, line, { facts, review });
  const offerEndsOn = (made ?? offer)?.expiresOn ?? null;
  await scheduleReview(tx, line.id, nextReviewOf({ today, facts, review, offerEndsOn, policy }));
}

/** All that a review looks at; also what the account page explains the terms by. */
export async function readFacts(tx: Tx, line: CreditLine, today: CalendarDate): Promise<ReviewFacts> {
  const { shopperId, currency, targetLimit, limit, annualRatePpm } = line;
  const { score, scoredBy } = await scoreNow(tx, { shopperId, currency, targetLimit });
  return {
    now: { limit, annualRatePpm },
    targetLimit,
    ceiling: legalCeilingOf(tx, currency),
    market: marketOfCurrency(currency),
    taken: maxOf(0n, line.used + line.held - line.guaranteed),
    suspended: line.status === 'suspended',
    score,
    scoredBy,
    ...(await readBehaviour(tx, { shopperId, today })),
    daysSince: await readDaysSince(tx, line, today),
  };
}

/** The open offer, if it may stay: its time is not over, nothing is late, and the limit is not being cut. */
async function keepOffer(
  tx: Tx,
  line: CreditLine,
  { facts, review, today }: { facts: ReviewFacts; review: TermsReview; today: CalendarDate },
): Promise<LimitChange | undefined> {
  const offer = await openOffer(tx, line.id);
  if (!offer) return undefined;
  const isOver = offer.expiresOn !== null && offer.expiresOn <= today;
  if (!isOver && !facts.suspended && review.limit >= line.limit) return offer;
  await endOffer(tx, offer, isOver ? 'expired' : 'withdrawn');
  return undefined;
}

/** Writes what the review changes. Returns the offer that it made, if it made one. */
async function applyReview(
  tx: Tx,
  line: CreditLine,
  { facts, review }: { facts: ReviewFacts; review: TermsReview },
): Promise<LimitChange | undefined> {
  const { limit, annualRatePpm, raise, limitReasons, priceReasons } = review;
  const { now, score, scoredBy } = facts;
  const of = { lineId: line.id, score, scoredBy };
  const offers = raise === 'offered';
  const standing: Terms = offers ? now : { ...now, limit };
  let offer: LimitChange | undefined;
  if (limit !== now.limit) {
    const kind = limit > now.limit ? 'raise' : 'cut';
    const to = { ...now, limit };
    const status = offers ? 'offered' : 'applied';
    const made = await storeChange(tx, { ...of, kind, from: now, to, reasons: limitReasons, status });
    await tellChange(tx, line, { made, version: offers ? line.version : await setTerms(tx, line.id, to) });
    if (offers) offer = made;
  }
  if (annualRatePpm !== now.annualRatePpm) {
    const to = { ...standing, annualRatePpm };
    const made = await storeChange(tx, {
      ...of,
      kind: 'price',
      from: standing,
      to,
      reasons: priceReasons,
      status: 'applied',
    });
    await tellChange(tx, line, { made, version: await setTerms(tx, line.id, to) });
  }
  return offer;
}

const eventOf = {
  raise: 'credit_line.limit_raised',
  cut: 'credit_line.limit_cut',
  price: 'credit_line.price_changed',
} as const;

/** Tells the shopper's stream of a change of the line, which is at `version` after it. */
export async function tellChange(
  tx: Tx,
  { id, shopperId, currency }: Pick<CreditLine, 'id' | 'shopperId' | 'currency'>,
  { made, version }: { made: LimitChange; version: number },
): Promise<void> {
  await recordEvent(tx, {
    streams: [shopperId],
    type: made.status === 'offered' ? 'credit_line.raise_offered' : eventOf[made.kind],
    objectId: id,
    objectVersion: version,
    data: {
      change_id: made.id,
      currency,
      from_limit: toJsonAmount(made.from.limit),
      to_limit: toJsonAmount(made.to.limit),
      from_annual_rate_ppm: made.from.annualRatePpm,
      to_annual_rate_ppm: made.to.annualRatePpm,
      reasons: made.reasons,
      status: made.status,
      expires_on: made.status === 'offered' ? made.expiresOn : null,
    },
  });
}

/** The business date of an environment: today in its time zone. */
function todayOf(tx: Tx): CalendarDate {
  return dateIn(tx.environment.timeZone, tx.now);
}

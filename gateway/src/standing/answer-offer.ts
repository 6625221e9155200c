import { lockLine, setTerms } from '../credit/lines.ts';
import { dateIn } from '../lib/dates.ts';
import type { Tx } from '../lib/tx.ts';
import { endOffer, openOffer } from './limit-changes.ts';
import { tellChange } from './review.ts';

export type OfferAnswer =
  | { outcome: 'accepted'; limit: bigint }
  | { outcome: 'declined' }
  /** There is no such offer any more: answered, over, or its ground is gone. */
  | { outcome: 'gone' };

type Answer = { shopperId: string; currency: string; changeId: string; accept: boolean };

/**
 * Answers the raise that a shopper was offered. Accepting sets the limit at once, unless the line is suspended or has
 * changed since: what was offered then is no longer what is judged right. Answering twice changes nothing.
 */
export async function answerOffer(tx: Tx, input: Answer): Promise<OfferAnswer> {
  const line = await lockLine(tx, input.shopperId, input.currency);
  const offer = line && (await openOffer(tx, line.id));
  const today = dateIn(tx.environment.timeZone, tx.now);
  const isOver = !offer || offer.id !== input.changeId || (offer.expiresOn ?? today) <= today;
  if (isOver) return { outcome: 'gone' };
  if (!input.accept) {
    await endOffer(tx, offer, 'declined');
    return { outcome: 'declined' };
  }
  if (line.status !== 'active' || line.limit !== offer.from.limit) return { outcome: 'gone' };
  await endOffer(tx, offer, 'accepted');
  const { limit } = offer.to;
  const version = await setTerms(tx, line.id, { limit, annualRatePpm: line.annualRatePpm });
  await tellChange(tx, line, { made: { ...offer, status: 'accepted' }, version });
  return { outcome: 'accepted', limit };
}

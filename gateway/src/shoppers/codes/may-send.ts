import { hourMs } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import type { Tx } from '../../lib/tx.ts';
import { findShopperByPhone } from '../find-by-phone.ts';
import { indexOf } from '../sealing.ts';
import { askFreeAt, type Counted } from './asks.ts';
import { countForDay, lockDay } from './day.ts';
import { type Pausable, pauseOf, type PauseNews } from './pauses.ts';
import { rangeOf, servedPrefix } from './prefixes.ts';
import { boundsOf, type CodeBounds, type CodeRules } from './rules.ts';

/** What somebody should look at, for the log. No number is in it but the digits that a whole range begins with. */
export type CodeNews = PauseNews | { news: 'most_of_day_sent' | 'day_sent'; sent: number; perDay: number };

export type Sending = {
  /** Whether the code goes out. Nobody but the phone's owner may learn it: pages and their time are the same. */
  isSent: boolean;
  /** Until when numbers that nobody signed in with get none in sessions: told to everybody, whoever they are. */
  unknownFrom: Date | undefined;
  counted: Counted | undefined;
  news: CodeNews[];
};

export type Asked = {
  /** In E.164. */
  phone: string;
  /** In whose session the code is asked for; null outside of any, where live sends to numbers that are known only. */
  merchantId: string | null;
  /** Whether somebody who is known has asked for this number to come. */
  isInvited: boolean;
};

/**
 * The prefix by which codes are sent to this number in E.164.
 *
 * @throws GatewayError `validation_failed` with the code `phone_not_served` where none are.
 */
export function requireServed(phone: string, { prefixes }: Pick<CodeRules, 'prefixes'>): string {
  const prefix = servedPrefix(prefixes, phone);
  if (prefix !== undefined) return prefix;
  throw new GatewayError('validation_failed', {
    detail: 'No codes are sent to numbers that begin like this one.',
    hint: 'Use a mobile number of a country that is served, or sign in without a code.',
    errors: [{ pointer: '/phone', code: 'phone_not_served' }],
  });
}

/**
 * Decides whether a code goes out to this phone, which `requireServed` let pass by `prefix`, and counts it for the day. Known numbers get theirs whatever is paused:
 * otherwise whoever pumps codes would lock everybody out. What is decided for a number nobody knows goes by statements
 * that are the same for all, and by counts in which known and unknown numbers stand alike, so that none shows which it is.
 *
 * @throws GatewayError `rate_limited` when the day's codes are all sent.
 */
export async function maySend(tx: Tx, asked: Asked & { prefix: string }, rules: CodeRules): Promise<Sending> {
  const { phone, prefix, merchantId, isInvited } = asked;
  const bounds = boundsOf(tx.environment, rules);
  const news: CodeNews[] = [];
  const counted = merchantId === null ? undefined : countedAs(tx, { phone, prefix, merchantId });
  const times = counted ? await pausedBy(tx, { phone, counted, bounds, news }) : [];
  const isKnown = (await findShopperByPhone(tx, phone)) !== undefined || isInvited;

  // Last, because everybody else who asks for a code waits from here on.
  const day = await lockDay(tx, bounds.perDay);
  if (day.sent >= bounds.perDay) throw daySent(tx, day.endsAt);
  if (merchantId !== null && day.sent >= day.knownOnlyFrom) times.push(day.endsAt);
  const unknownFrom = times.toSorted((a, b) => b.getTime() - a.getTime())[0];
  const isOpen = merchantId === null ? !bounds.isKnownOnly : unknownFrom === undefined;
  const isSent = isKnown || isOpen;
  await countForDay(tx, { isSent });
  const sent = day.sent + (isSent ? 1 : 0);
  if (isSent && sent === day.knownOnlyFrom)
    news.push({ news: 'most_of_day_sent', sent, perDay: bounds.perDay });
  if (isSent && sent === bounds.perDay) news.push({ news: 'day_sent', sent, perDay: bounds.perDay });
  return { isSent, unknownFrom, counted: isOpen ? counted : undefined, news };
}

function countedAs(
  tx: Tx,
  { phone, prefix, merchantId }: { phone: string; prefix: string; merchantId: string },
): Counted {
  return {
    range_hash: indexOf(tx, 'code_asks.range', rangeOf(phone)),
    prefix,
    merchant_id: merchantId,
  };
}

/** Until when unknown numbers wait: for the budgets of range and merchant, and for what is paused. */
async function pausedBy(
  tx: Tx,
  { phone, counted, bounds, news }: { phone: string; counted: Counted; bounds: CodeBounds; news: CodeNews[] },
): Promise<Date[]> {
  const { range_hash, prefix, merchant_id } = counted;
  await tx.lock(`code_asks ${tx.environment.id} ${range_hash.toString('hex')}`);
  await tx.lock(`code_asks ${tx.environment.id} ${merchant_id}`);
  const { perRangeHour, perMerchantHour, breakers } = bounds;
  const times = [
    await askFreeAt(tx, { range_hash }, { most: perRangeHour, withinMs: hourMs }),
    await askFreeAt(tx, { merchant_id }, { most: perMerchantHour, withinMs: hourMs }),
  ];
  const pausables: Pausable[] = [
    { scope: 'range', beginsWith: rangeOf(phone), of: { range_hash }, rule: breakers.range },
    { scope: 'prefix', beginsWith: prefix, of: { prefix }, rule: breakers.prefix },
    { scope: 'all', beginsWith: '', of: {}, rule: breakers.all },
  ];
  for (const pausable of pausables) {
    const { until, news: told } = await pauseOf(tx, pausable);
    times.push(until);
    if (told) news.push(told);
  }
  return times.filter((time) => time !== undefined);
}

function daySent({ wallNow }: Tx, endsAt: Date): GatewayError {
  return new GatewayError('rate_limited', {
    detail: 'No more codes are sent today.',
    hint: 'Sign in without a code, or come back tomorrow.',
    retryAfterSeconds: Math.ceil((endsAt.getTime() - wallNow.getTime()) / 1000),
  });
}

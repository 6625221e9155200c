import { forgetOldCases } from '../cases/forget.ts';
import { forgetInvitedPhones } from '../credit/guarantees/invitations.ts';
import { forgetPasses } from '../fraud/screen.ts';
import { forgetSightings } from '../fraud/sightings.ts';
import { pruneRequests } from '../http/find-requests.ts';
import { pruneIdempotencyKeys } from '../http/idempotency-store.ts';
import { pruneNonces } from '../http/nonces.ts';
import { forgetRateCounts } from '../http/shared-counts.ts';
import type { Tx } from '../lib/tx.ts';
import { forgetMemberAddresses } from '../members/audit.ts';
import { forgetOldMessages } from '../notifications/messages.ts';
import { forgetBusinesses } from '../onboarding/forget.ts';
import { forgetOperatorAddresses } from '../operators/audit.ts';
import { forgetTries } from '../passkeys/sign-in-limit.ts';
import { forgetNews } from '../processor/hooks/news.ts';
import { forgetChallenges } from '../shoppers/challenges.ts';
import { forgetCodeFigures } from '../shoppers/codes/pauses.ts';
import { forgetExpiredAnswers } from '../shoppers/evidence.ts';
import { forgetDevices } from '../shoppers/links/devices.ts';
import { forgetOldSessions } from '../shoppers/sessions.ts';
import { forgetOutsideSignIns } from '../shoppers/sign-in/outside-sign-ins.ts';
import { forgetDeclines } from '../standing/recent-declines.ts';
import { pruneDeliveries } from '../webhooks/deliveries.ts';

/**
 * What is kept for a while only: `what` and `kept` are its row in docs/privacy.md. `sweep` returns how many went; where there may be
 * very many it takes `batchRows` at once.
 */
export type Retained = { what: string; kept: string; sweep: (tx: Tx) => Promise<number> };

export const retention: readonly Retained[] = [
  { what: 'idempotent answers', kept: '24 hours', sweep: pruneIdempotencyKeys },
  { what: 'nonces of signatures', kept: 'as long as the signature is good', sweep: pruneNonces },
  { what: 'counts of requests, by hashed key or address', kept: 'an hour', sweep: forgetRateCounts },
  { what: 'one-time codes, with phone and address', kept: '24 hours', sweep: forgetChallenges },
  { what: 'pauses of one-time codes, and how many a day had', kept: '90 days', sweep: forgetCodeFigures },
  { what: 'devices, addresses and cards seen at decisions', kept: '90 days', sweep: forgetSightings },
  {
    what: 'browsers in which shoppers and merchants’ people signed in, and links by them',
    kept: '90 days',
    sweep: forgetDevices,
  },
  { what: 'answered fraud challenges', kept: '15 minutes', sweep: forgetPasses },
  { what: 'declines that answer whoever asks again', kept: '10 minutes', sweep: forgetDeclines },
  { what: 'the request log of merchants', kept: '7 days, by whole days', sweep: pruneRequests },
  { what: 'deliveries of webhooks', kept: '90 days, by whole months', sweep: pruneDeliveries },
  { what: 'news of the processor', kept: '90 days', sweep: forgetNews },
  {
    what: 'messages with one-time codes',
    kept: '24 hours',
    sweep: (tx) => forgetOldMessages(tx, 'to nobody yet'),
  },
  { what: 'messages to shoppers', kept: '400 days', sweep: (tx) => forgetOldMessages(tx, 'to shoppers') },
  { what: 'closed cases, with what was written in them', kept: '3 years', sweep: forgetOldCases },
  { what: 'shoppers’ sign-ins', kept: '90 days', sweep: forgetOldSessions },
  { what: 'answers of outside parties', kept: '90 days', sweep: forgetExpiredAnswers },
  { what: 'phones that were invited and never accepted', kept: '90 days', sweep: forgetInvitedPhones },
  { what: 'businesses that did not become merchants', kept: '180 days', sweep: forgetBusinesses },
  { what: 'operators’ addresses in their audit', kept: '90 days', sweep: forgetOperatorAddresses },
  { what: 'members’ addresses in their audit', kept: '90 days', sweep: forgetMemberAddresses },
  { what: 'operators’ tries to sign in', kept: '24 hours', sweep: (tx) => forgetTries(tx, 'operator') },
  { what: 'members’ tries to sign in', kept: '24 hours', sweep: (tx) => forgetTries(tx, 'member') },
  { what: 'ways to an outside provider and back', kept: '24 hours', sweep: forgetOutsideSignIns },
  {
    what: 'shoppers’ tries to sign in by passkey',
    kept: '24 hours',
    sweep: (tx) => forgetTries(tx, 'shopper'),
  },
];

/**
 * Drops what is kept for a while only; returns how many rows. Where they are `batchRows` or more, some may be left. What belongs
 * to the installation goes with any environment.
 */
export async function dropWhatIsOld(tx: Tx): Promise<number> {
  let dropped = 0;
  for (const { sweep } of retention) dropped += await sweep(tx);
  return dropped;
}

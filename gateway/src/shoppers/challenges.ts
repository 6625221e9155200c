import { randomInt } from 'node:crypto';
import { addMs, dayMs, minuteMs } from '../lib/dates.ts';
import { deleteSome } from '../lib/delete-some.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { secretsEqual } from '../lib/vault.ts';
import { subscriberOf } from '../lib/address.ts';
import { recordAsk, recordVerified } from './codes/asks.ts';
import { type Asked, maySend, requireServed, type Sending } from './codes/may-send.ts';
import { type CodeRules, defaultCodeRules } from './codes/rules.ts';
import { normalizePhone } from './phone.ts';
import { findOrCreateShopper, type Locale } from './profile.ts';
import { indexOf, placeOf } from './sealing.ts';
import { checkSendLimits } from './send-limits.ts';

export const codeLifeMs = 5 * minuteMs;
const mostTries = 5;

/**
 * `code` goes into the message to `phone` and nowhere else; we keep only its hash. The message goes out where it `isSent`,
 * which shows nowhere; `unknownFrom` and `news` are as `maySend` says.
 */
export type NewChallenge = { challengeId: Id<'lch'>; code: string; phone: string } & Pick<
  Sending,
  'isSent' | 'unknownFrom' | 'news'
>;

export type Answer =
  | { outcome: 'right'; shopperId: Id<'shp'>; isNew: boolean }
  | { outcome: 'wrong'; triesLeft: number }
  /** Unknown, another browser's, expired, replaced by a newer one, used or locked: a new code is needed. */
  | { outcome: 'over' };

type ChallengeRow = {
  environment_id: string;
  id: Id<'lch'>;
  phone_index: Buffer;
  phone_sealed: string;
  address_hash: Buffer;
  browser_hash: Buffer;
  purpose: string;
  code_hash: Buffer;
  tries: number;
  created_at: Date;
  expires_at: Date;
  consumed_at: Date | null;
};

function challengesOf(tx: Tx) {
  return tx.sql<ChallengeRow>('login_challenges').where({ environment_id: tx.environment.id });
}

function hashCode(tx: Tx, challengeId: string, code: string): Buffer {
  return indexOf(tx, 'login_challenges.code', `${challengeId}\n${code}`);
}

/**
 * A new one-time code of six digits for a phone, valid for five minutes by wall clock and only in this browser, for
 * this purpose and in this challenge. It replaces the phone's earlier ones. Whether a shopper has this phone decides where
 * it is sent and shows nowhere else: what is done, and answered, is the same.
 *
 * `browser` is the random value of the browser's cookie, `address` its IP address.
 *
 * @throws GatewayError `validation_failed` (not a phone, or `phone_not_served`), `rate_limited` (with `retryAfterSeconds`).
 */
export async function startChallenge(
  tx: Tx,
  input: Asked & { browser: string; address: string; purpose: string },
  rules: CodeRules = defaultCodeRules,
): Promise<NewChallenge> {
  const phone = normalizePhone(input.phone);
  const prefix = requireServed(phone, rules);
  const phoneIndex = indexOf(tx, 'login_challenges.phone', phone);
  const addressHash = indexOf(tx, 'login_challenges.address', subscriberOf(input.address));
  const device = indexOf(tx, 'code_asks.device', input.browser);
  await checkSendLimits(tx, { phone_index: phoneIndex, address_hash: addressHash, device_hash: device });
  const { isSent, unknownFrom, counted, news } = await maySend(tx, { ...input, phone, prefix }, rules);

  await challengesOf(tx)
    .where({ phone_index: phoneIndex, purpose: input.purpose })
    .where('expires_at', '>', tx.wallNow)
    .update({ expires_at: tx.wallNow });

  const id = newId('lch');
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  await tx.sql<ChallengeRow>('login_challenges').insert({
    environment_id: tx.environment.id,
    id,
    phone_index: phoneIndex,
    phone_sealed: tx.vault.seal(phone, placeOf(tx, 'login_challenges', 'phone', id)),
    address_hash: addressHash,
    browser_hash: indexOf(tx, 'login_challenges.browser', input.browser),
    purpose: input.purpose,
    code_hash: hashCode(tx, id, code),
    created_at: tx.wallNow,
    expires_at: addMs(tx.wallNow, codeLifeMs),
  });
  await recordAsk(tx, { challengeId: id, device, counted });
  return { challengeId: id, code, phone, isSent, unknownFrom, news };
}

/**
 * Checks a code that was typed in. The right one is good once and yields the phone's shopper, who is made at the first
 * time, reading `locale`. The result is a value and not an error because a wrong try must be counted: commit in any case.
 */
export async function answerChallenge(
  tx: Tx,
  input: { challengeId: string; browser: string; purpose: string; code: string; locale: Locale },
): Promise<Answer> {
  const row = await challengesOf(tx)
    .where({ id: input.challengeId as Id<'lch'>, purpose: input.purpose })
    .forUpdate()
    .first();
  if (!row || !secretsEqual(row.browser_hash, indexOf(tx, 'login_challenges.browser', input.browser))) {
    return { outcome: 'over' };
  }
  if (row.consumed_at || row.expires_at <= tx.wallNow || row.tries >= mostTries) return { outcome: 'over' };

  const code = input.code.normalize('NFKC').replaceAll(/\s/g, '');
  if (!secretsEqual(row.code_hash, hashCode(tx, row.id, code))) {
    await challengesOf(tx)
      .where({ id: row.id })
      .update({ tries: row.tries + 1 });
    return { outcome: 'wrong', triesLeft: mostTries - row.tries - 1 };
  }
  await challengesOf(tx).where({ id: row.id }).update({ consumed_at: tx.wallNow });
  await recordVerified(tx, row.id);
  const phone = tx.vault.open(row.phone_sealed, placeOf(tx, 'login_challenges', 'phone', row.id));
  const shopper = await findOrCreateShopper(tx, { phone, locale: input.locale });
  return { outcome: 'right', ...shopper };
}

/** Deletes challenges that no send limit counts any more, with the phones in them, a batch of them. Returns how many. */
export async function forgetChallenges(tx: Tx): Promise<number> {
  const oldest = addMs(tx.wallNow, -dayMs);
  return deleteSome(tx, 'login_challenges', (query) => query.where('created_at', '<=', oldest));
}

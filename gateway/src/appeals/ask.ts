import type { Tx } from '../lib/tx.ts';
import { type Appeal, appealsAgainst, findAppeal, lockAppeal, sealText, updateAppeal } from './appeals.ts';

/** What a shopper writes has at most so many characters. */
export const mostWords = 2000;

export type AskAnswer =
  | { outcome: 'asked'; appeal: Appeal }
  | { outcome: 'refused'; code: 'words_missing' | 'words_too_long' | 'not_possible' };

/**
 * The second step of an appeal: the shopper asks for a person, in their own words. Asking again while it waits changes
 * nothing.
 *
 * @throws GatewayError `not_found` when the appeal is not this shopper's.
 */
export async function askForPerson(
  tx: Tx,
  input: { appealId: string; shopperId: string; words: string },
): Promise<AskAnswer> {
  const words = input.words.normalize('NFC').trim();
  if (words === '') return { outcome: 'refused', code: 'words_missing' };
  if (words.length > mostWords) return { outcome: 'refused', code: 'words_too_long' };
  const { id, assessmentId } = await findAppeal(tx, input);
  const appeals = await appealsAgainst(tx, { assessmentId, shopperId: input.shopperId }, 'locked');
  const appeal = appeals.find((one) => one.id === id);
  if (appeal?.status === 'open') return { outcome: 'asked', appeal };
  const isWaiting = appeals.some(({ status }) => status === 'open');
  if (appeal?.status !== 'rescored' || isWaiting) return { outcome: 'refused', code: 'not_possible' };
  const sealed = await sealText(tx, appeal, 'words', words);
  const asked = await updateAppeal(tx, appeal, { status: 'open', words_sealed: sealed, asked_at: tx.now });
  return { outcome: 'asked', appeal: asked };
}

/** The shopper needs no answer any more; false when there is none to wait for. */
export async function withdrawAppeal(
  tx: Tx,
  input: { appealId: string; shopperId: string },
): Promise<boolean> {
  const appeal = await lockAppeal(tx, input);
  if (appeal.status !== 'open') return false;
  await updateAppeal(tx, appeal, { status: 'withdrawn', ended_at: tx.now });
  return true;
}

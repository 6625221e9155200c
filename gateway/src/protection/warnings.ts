import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { dataKeyOf, type Locale } from '../shoppers/profile.ts';
import { placeOf } from '../shoppers/sealing.ts';
import { protectionRules } from './rules.ts';

/** What a shopper was told before they bound a large share of their income. */
export type KeptWarning = { words: string; locale: Locale; rules: string; agreedAt: Date };

type WarningRow = {
  environment_id: string;
  hold_id: string;
  shopper_id: Id<'shp'>;
  locale: Locale;
  rules: string;
  words_sealed: string;
  agreed_at: Date;
};

/** Keeps the words with the hold of what was agreed to, sealed, because they name the income. */
export async function keepWarning(
  tx: Tx,
  input: { shopperId: Id<'shp'>; holdId: string; words: string; locale: Locale },
): Promise<void> {
  const { shopperId, holdId, words, locale } = input;
  const dataKey = await dataKeyOf(tx, shopperId);
  await tx.sql<WarningRow>('kept_warnings').insert({
    environment_id: tx.environment.id,
    hold_id: holdId,
    shopper_id: shopperId,
    locale,
    rules: protectionRules.version,
    words_sealed: tx.vault.seal(words, placeOf(tx, 'kept_warnings', 'words', holdId), dataKey),
    agreed_at: tx.now,
  });
}

/** The warning that was given before this hold, if one was. */
export async function findWarning(tx: Tx, holdId: string): Promise<KeptWarning | undefined> {
  const row = await tx
    .sql<WarningRow>('kept_warnings')
    .where({ environment_id: tx.environment.id, hold_id: holdId })
    .first();
  if (!row) return undefined;
  const dataKey = await dataKeyOf(tx, row.shopper_id);
  const words = tx.vault.open(row.words_sealed, placeOf(tx, 'kept_warnings', 'words', holdId), dataKey);
  return { words, locale: row.locale, rules: row.rules, agreedAt: row.agreed_at };
}

import type { Request } from 'express';
import type { Id } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { secretsEqual } from '../lib/vault.ts';
import { keepWarning } from '../protection/warnings.ts';
import { locales } from '../shoppers/profile.ts';
import { field } from './forms.ts';
import { shownWarning, type Warning, warnedField } from './parts/income-warning.tsx';

/**
 * Keeps the warning that has to be read before this is agreed to. False when the form's page did not show it as it is now,
 * in whichever language: then the page has to be shown again.
 */
export async function keepShownWarning(
  tx: Tx,
  req: Request,
  { shopperId, holdId, ...warning }: Warning & { shopperId: Id<'shp'>; holdId: string },
): Promise<boolean> {
  const shown = locales
    .map((locale) => ({ locale, ...shownWarning(tx.vault, locale, warning) }))
    .find(({ stamp }) => secretsEqual(stamp, field(req, warnedField)));
  if (!shown) return false;
  const { words, locale } = shown;
  await keepWarning(tx, { shopperId, holdId, words, locale });
  return true;
}

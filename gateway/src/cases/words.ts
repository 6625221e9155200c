import { GatewayError } from '../lib/errors.ts';
import type { Tx } from '../lib/tx.ts';
import type { DataKey } from '../lib/vault.ts';
import { dataKeyOf, erasedText, findDataKey } from '../shoppers/profile.ts';
import { placeOf } from '../shoppers/sealing.ts';

/** A subject and a message have at most so many characters, as browsers count them. */
export const mostSubject = 150;
export const mostText = 4_000;

// What cannot be seen and is no part of a text, but for line breaks and tabs.
const unseen = /(?![\n\t])\p{Cc}/gu;

/** A text as it is kept; `validation_failed` when it says nothing, or has more than `most` characters. */
export function wordsOf(text: string, most: number, pointer: string): string {
  const kept = text.replaceAll('\r\n', '\n').replaceAll(unseen, '').normalize('NFC').trim();
  if (kept !== '' && kept.length <= most) return kept;
  throw new GatewayError('validation_failed', {
    detail: `A text has 1 to ${most} characters.`,
    errors: [{ pointer, code: 'invalid_length' }],
  });
}

type Sealed = { table: 'cases'; column: 'subject' } | { table: 'case_messages'; column: 'text' };

export const caseSubject: Sealed = { table: 'cases', column: 'subject' };
export const caseText: Sealed = { table: 'case_messages', column: 'text' };

/** Seals words of a case under its shopper's data key; `not_found` once the shopper was erased. */
export async function sealCaseWords(
  tx: Tx,
  { table, column }: Sealed,
  input: { id: string; shopperId: string; words: string },
): Promise<string> {
  const dataKey = await dataKeyOf(tx, input.shopperId);
  return tx.vault.seal(input.words, placeOf(tx, table, column, input.id), dataKey);
}

export type CaseOpener = (
  at: Sealed,
  input: { id: string; shopperId: string; sealed: string },
) => Promise<string>;

/** Opens words of cases, looking each shopper's key up once; `[erased]` once the shopper was erased. */
export function openerOfCases(tx: Tx): CaseOpener {
  const keys = new Map<string, DataKey | undefined>();
  return async ({ table, column }, { id, shopperId, sealed }) => {
    if (!keys.has(shopperId)) keys.set(shopperId, await findDataKey(tx, shopperId));
    const dataKey = keys.get(shopperId);
    return dataKey ? tx.vault.open(sealed, placeOf(tx, table, column, id), dataKey) : erasedText;
  };
}

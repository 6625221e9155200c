import { createHash } from 'node:crypto';
import type { Tx } from '../lib/tx.ts';

type TextRow = { environment_id: string; hash: string; text: string };

/** SHA-256 of a text's UTF-8 in lower-case hexadecimal. */
export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Keeps words that are agreed to, so that they can be shown later as they were. Keeping them again changes nothing. */
export async function keepTexts(tx: Tx, texts: readonly string[]): Promise<void> {
  if (texts.length === 0) return;
  const rows = texts.map((text) => ({ environment_id: tx.environment.id, hash: hashText(text), text }));
  await tx.sql<TextRow>('agreed_texts').insert(rows).onConflict(['environment_id', 'hash']).ignore();
}

/** The words with these hashes, by their hash; those that were never kept are left out. */
export async function readTexts(tx: Tx, hashes: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .sql<TextRow>('agreed_texts')
    .where({ environment_id: tx.environment.id })
    .whereIn('hash', hashes);
  return new Map(rows.map(({ hash, text }) => [hash, text]));
}

import { basename } from 'node:path';
import { sha256 } from '../verify/read.ts';
import type { NamedText, ReadReceipt } from '../verify.ts';
import { type Chain, readText } from './read-files.ts';

/** A text and what it was agreed to as; undefined when its hash is not among those that are signed. */
export type TextResult = { name: string; purpose: string | undefined };

/** Holds the texts that the files bring, and those of `--text`, against the hashes in the agreement. */
export function checkTexts(
  receipts: readonly ReadReceipt[],
  words: Chain['words'],
  files: readonly string[],
): TextResult[] {
  const named = receipts.flatMap(({ claims }) => (claims.kind === 'agreement' ? (claims.texts ?? []) : []));
  return [
    ...words.map(({ text_hash: claimed, text }) => {
      const found = findText(named, text);
      return { name: `the text ${claimed.slice(0, 12)}… in the file`, purpose: found?.purpose };
    }),
    ...files.map((file) => ({ name: basename(file), purpose: findText(named, readText(file))?.purpose })),
  ];
}

function findText(named: readonly NamedText[], text: string): NamedText | undefined {
  const hash = sha256(text);
  return named.find(({ text_hash: signed }) => signed === hash);
}

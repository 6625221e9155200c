import { verifyReceipts } from '../verify.ts';
import { readChains, readKeys } from './read-files.ts';
import { reportLines } from './report.ts';
import { checkTexts } from './texts.ts';

type Outcome = 'verified' | 'refused' | 'undecided';

/** Verifies what the files hold, a plan after the other, and tells what was found; the worst outcome is returned. */
export async function verifyFiles(
  input: { files: readonly string[]; jwks: string | undefined; texts: readonly string[] },
  print: (text: string) => void,
): Promise<Outcome> {
  const chains = readChains(input.files);
  const keys = input.jwks === undefined ? undefined : await readKeys(input.jwks);
  const outcomes: Outcome[] = [];
  for (const { receipts, words, keysUrl } of chains) {
    const verification = await verifyReceipts({ receipts, keys });
    const texts = checkTexts(verification.receipts, words, input.texts);
    const lines = reportLines({ verification, texts, keysFrom: input.jwks, keysUrl, files: input.files });
    print(`${lines.join('\n')}\n\n`);
    const foreign = texts.some(({ purpose }) => purpose === undefined);
    outcomes.push(foreign ? 'refused' : outcomeOf(verification.status));
  }
  return (['refused', 'undecided'] as const).find((worst) => outcomes.includes(worst)) ?? 'verified';
}

function outcomeOf(status: 'verified' | 'refused' | 'unsigned'): Outcome {
  return status === 'unsigned' ? 'undecided' : status;
}

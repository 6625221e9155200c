import { verifyLedgerProof } from '../verify/ledger-proof.ts';
import { verifyReceipts } from '../verify.ts';
import { ledgerLines } from './ledger-report.ts';
import { readChains, readKeys, readLedgerProof } from './read-files.ts';
import { reportLines } from './report.ts';
import { checkTexts } from './texts.ts';

type Outcome = 'verified' | 'refused' | 'undecided';
type Keys = Awaited<ReturnType<typeof readKeys>> | undefined;
type Input = { files: readonly string[]; jwks: string | undefined; texts: readonly string[] };

/** Verifies what the files hold, one thing after the other, and tells what was found; the worst outcome is returned. */
export async function verifyFiles(input: Input, print: (text: string) => void): Promise<Outcome> {
  const read = input.files.map((file) => ({ file, proof: readLedgerProof(file) }));
  const chainFiles = read.flatMap(({ file, proof }) => (proof ? [] : file));
  const chains = readChains(chainFiles);
  const keys = input.jwks === undefined ? undefined : await readKeys(input.jwks);
  const outcomes: Outcome[] = [];
  for (const { proof } of read) {
    if (!proof) continue;
    const verification = await verifyLedgerProof({ proof, keys });
    print(`${ledgerLines(proof, verification, input.jwks).join('\n')}\n\n`);
    outcomes.push(outcomeOf(verification.status));
  }
  for (const chain of chains)
    outcomes.push(await verifyChain(chain, { ...input, files: chainFiles, keys }, print));
  return (['refused', 'undecided'] as const).find((worst) => outcomes.includes(worst)) ?? 'verified';
}

async function verifyChain(
  { receipts, words, keysUrl }: ReturnType<typeof readChains>[number],
  input: Input & { keys: Keys },
  print: (text: string) => void,
): Promise<Outcome> {
  const verification = await verifyReceipts({ receipts, keys: input.keys });
  const texts = checkTexts(verification.receipts, words, input.texts);
  const lines = reportLines({ verification, texts, keysFrom: input.jwks, keysUrl, files: input.files });
  print(`${lines.join('\n')}\n\n`);
  const foreign = texts.some(({ purpose }) => purpose === undefined);
  return foreign ? 'refused' : outcomeOf(verification.status);
}

function outcomeOf(status: 'verified' | 'refused' | 'unsigned' | 'unsealed'): Outcome {
  return status === 'verified' || status === 'refused' ? status : 'undecided';
}

import { readFileSync } from 'node:fs';
import { isLedgerProof, type LedgerProofInput } from '../verify/ledger-proof.ts';
import { readReceipt } from '../verify/read.ts';
import type { KeySet, ReceiptInput } from '../verify.ts';

/** Something about the call itself, not about a receipt: it is told, and the program ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The receipts of one plan in the order of the files, and what came with them. */
export type Chain = {
  receipts: ReceiptInput[];
  /** Words that the files bring, each said to have this hash. */
  words: { text_hash: string; text: string }[];
  /** Where the file says the gateway's keys are: a hint for people, never followed. */
  keysUrl: string | undefined;
};

/** Reads files as the account page and the API give them, or compact receipts a line; one chain for each plan. */
export function readChains(files: readonly string[]): Chain[] {
  const chains = new Map<string, Chain>();
  for (const file of files) {
    const { receipts, words, keysUrl } = parseFile(file);
    for (const receipt of receipts) {
      // What cannot be read belongs to nobody else's chain than that of its file.
      const planId = readReceipt(receipt).receipt?.claims.plan_id ?? planOf(receipts) ?? file;
      const chain = chains.get(planId) ?? { receipts: [], words: [], keysUrl };
      chain.receipts.push(receipt);
      if (chain.words.length === 0) chain.words.push(...words);
      chains.set(planId, chain);
    }
  }
  return [...chains.values()];
}

/** The ledger proof that a file holds; undefined when it holds something else. */
export function readLedgerProof(file: string): LedgerProofInput | undefined {
  const json = parseJson(readText(file)) as Record<string, unknown> | undefined;
  if (json?.object !== 'ledger_proof') return undefined;
  if (!isLedgerProof(json)) throw new UsageError(`${file} is not a whole ledger proof.`);
  return json;
}

/** A file's bytes as text; a UsageError when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The key set of a file, or of an https address (http on this machine), which is the one thing ever asked for. */
export async function readKeys(source: string): Promise<KeySet> {
  const text = /^https?:\/\//.test(source) ? await fetchKeys(source) : readText(source);
  const value = parseJson(text) as { keys?: unknown } | undefined;
  if (!Array.isArray(value?.keys))
    throw new UsageError(`${source} is not a key set (JWKS): it has no "keys".`);
  return { keys: value.keys as Record<string, unknown>[] };
}

async function fetchKeys(address: string): Promise<string> {
  const { protocol, hostname } = new URL(address);
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !isHere) {
    throw new UsageError(
      `Keys that come over http prove nothing: use https, or a file, instead of ${address}.`,
    );
  }
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(10_000) });
    if (response.ok) return await response.text();
    throw new Error(`the answer is ${response.status}`);
  } catch (error) {
    throw new UsageError(`The keys could not be fetched from ${address}: ${(error as Error).message}`);
  }
}

function parseFile(file: string): Chain {
  const text = readText(file);
  const json = parseJson(text) as Record<string, unknown> | undefined;
  const receipts = json ? listOf(json) : linesOf(text);
  if (receipts.length === 0) throw new UsageError(`${file} holds no receipts.`);
  return {
    receipts,
    words: wordsOf(json?.texts),
    keysUrl: typeof json?.keys_url === 'string' ? json.keys_url : undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function listOf(json: Record<string, unknown>): ReceiptInput[] {
  const list = [json.receipts, json.data].find(Array.isArray) as Partial<ReceiptInput>[] | undefined;
  return (list ?? []).flatMap((item) =>
    typeof item?.jws === 'string'
      ? { jws: item.jws, disclosures: Array.isArray(item.disclosures) ? item.disclosures.map(String) : [] }
      : [],
  );
}

/** A line each: the JWS, and after it what opens its hidden members, as RFC 9901 writes it with tildes. */
function linesOf(text: string): ReceiptInput[] {
  return text
    .split(/\s+/)
    .filter((line) => line.includes('.'))
    .map((line) => {
      const [jws = '', ...disclosures] = line.split('~');
      return { jws, disclosures: disclosures.filter((part) => part !== '') };
    });
}

function wordsOf(texts: unknown): Chain['words'] {
  if (!Array.isArray(texts)) return [];
  return (texts as { text_hash?: unknown; text?: unknown }[]).flatMap(({ text_hash: hash, text }) =>
    typeof hash === 'string' && typeof text === 'string' ? { text_hash: hash, text } : [],
  );
}

function planOf(receipts: readonly ReceiptInput[]): string | undefined {
  return receipts.map((receipt) => readReceipt(receipt).receipt?.claims.plan_id).find(Boolean);
}

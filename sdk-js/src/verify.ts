import { linkFindings, nameOf } from './verify/chain.ts';
import { readReceipt, type Reading } from './verify/read.ts';
import { signatureFault } from './verify/signature.ts';
import { agreementFindings, amendmentFindings } from './verify/terms.ts';
import type { KeySet, ReadReceipt, ReceiptFault, ReceiptInput, Verification } from './verify/types.ts';

export type { CheckpointInput, FeedOwner } from './verify/event-checkpoint.ts';
export {
  type FeedEvent,
  type FeedFault,
  type FeedPosition,
  type FeedVerification,
  verifyEventFeed,
} from './verify/event-feed.ts';
export {
  EventFeedError,
  type FeedReader,
  followVerified,
  type VerifiedEvent,
} from './verify/follow-verified.ts';
export {
  type LedgerFault,
  type LedgerProofInput,
  type LedgerVerification,
  verifyLedgerProof,
} from './verify/ledger-proof.ts';
export type * from './verify/types.ts';

/**
 * Verifies the receipts of one plan in the order in which they are given, without a network: each signature by the keys,
 * that each receipt follows the one before, the snapshot's hash, the sums and the dates. Nobody can tell from a chain
 * whether a later amendment was left off its end.
 */
export async function verifyReceipts(input: {
  receipts: readonly ReceiptInput[];
  keys?: KeySet | undefined;
}): Promise<Verification> {
  const { receipts, keys } = input;
  const readings = receipts.map(readReceipt);
  const faults: ReceiptFault[] = [];
  if (receipts.length === 0) faults.push({ where: 'chain', member: 'receipts', message: 'There are none.' });
  for (const [index, reading] of readings.entries()) {
    const findings = contentFindings(readings, index);
    const signature = keys && (await signatureFault(receipts[index]?.jws ?? '', keys));
    // What cannot be read, or names a wrong algorithm or no key, is told already, and better.
    const known = findings.some(({ member }) => member === 'jws' || member === signature?.member);
    if (signature && !known) findings.push(signature);
    const where = nameOf(reading.receipt?.claims.sequence ?? index);
    faults.push(...findings.map((finding) => ({ where, ...finding })));
  }
  return {
    status: faults.length > 0 ? 'refused' : keys ? 'verified' : 'unsigned',
    receipts: readings.flatMap(({ receipt }) => receipt ?? []),
    faults,
  };
}

function contentFindings(readings: readonly Reading[], index: number): Omit<ReceiptFault, 'where'>[] {
  const { receipt, findings } = readings[index] ?? { receipt: undefined, findings: [] };
  if (!receipt) return [...findings];
  const agreement = readings
    .map(({ receipt }) => receipt)
    .find((found) => found?.claims.kind === 'agreement');
  return [
    ...findings,
    ...linkFindings(receipt, index, readings[index - 1]?.receipt, agreement),
    ...termFindings(receipt, agreement),
  ];
}

function termFindings(
  { claims }: ReadReceipt,
  agreement: ReadReceipt | undefined,
): Omit<ReceiptFault, 'where'>[] {
  try {
    if (claims.kind === 'agreement') return agreementFindings(claims);
    const agreed = agreement?.claims.kind === 'agreement' ? agreement.claims.snapshot : undefined;
    return amendmentFindings(claims, agreed);
  } catch (error) {
    const message = `It lacks what a receipt has: ${(error as Error).message}.`;
    return [{ member: 'payload', message }];
  }
}

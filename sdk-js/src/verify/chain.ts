import type { ReadReceipt, ReceiptFault } from './types.ts';

type Finding = Omit<ReceiptFault, 'where'>;

/** What of a receipt does not follow from the one before it and from the agreement at the head of the chain. */
export function linkFindings(
  receipt: ReadReceipt,
  index: number,
  previous: ReadReceipt | undefined,
  agreement: ReadReceipt | undefined,
): Finding[] {
  const { claims } = receipt;
  const findings = orderFindings(claims.sequence, index);
  const isFirst = claims.kind === 'agreement';
  if (isFirst !== (claims.sequence === 0)) {
    findings.push({ member: 'payload.kind', message: 'Number 0 is the agreement, and nothing else is.' });
  }
  if (findings.length === 0 && claims.previous_hash !== (previous?.hash ?? null)) {
    findings.push({
      member: 'payload.previous_hash',
      message: isFirst
        ? 'An agreement comes first and follows nothing.'
        : 'It does not follow the receipt before it: that one was changed, or belongs to another chain.',
    });
  }
  if (!agreement || isFirst) return findings;
  for (const member of ['plan_id', 'environment', 'snapshot_hash'] as const) {
    if (claims[member] !== agreement.claims[member]) {
      findings.push({ member: `payload.${member}`, message: 'It is not that of the agreement.' });
    }
  }
  return findings;
}

function orderFindings(sequence: number, index: number): Finding[] {
  if (sequence === index) return [];
  const message =
    sequence > index
      ? `Number ${sequence} stands where number ${index} should: ${nameOf(index)} is missing or out of order.`
      : `Number ${sequence} stands where number ${index} should: it is repeated or out of order.`;
  return [{ member: 'payload.sequence', message }];
}

/** What people call the receipt with this number. */
export function nameOf(sequence: number): string {
  return sequence === 0 ? 'agreement' : `amendment ${sequence}`;
}

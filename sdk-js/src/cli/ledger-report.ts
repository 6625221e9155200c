import type { LedgerProofInput, LedgerVerification } from '../verify/ledger-proof.ts';
import { figure, plain, table } from './format.ts';

const verdicts: Record<LedgerVerification['status'], string> = {
  verified: 'VERIFIED',
  refused: 'REFUSED',
  unsigned: 'NOT VERIFIED: no keys were given (--jwks)',
  unsealed: 'NOT VERIFIED: some transfers are not sealed yet; ask for the proof again in a few seconds',
};

/** What a proof says, and what of it is proved. */
export function ledgerLines(
  proof: LedgerProofInput,
  verification: LedgerVerification,
  keysFrom: string | undefined,
): string[] {
  const { status, seals, faults } = verification;
  return [
    'Transfers',
    ...table([
      ['No.', 'When', 'Event', 'Debit', 'Credit', 'Amount', 'Seal'],
      ...proof.transfers.map(({ transfer, sealed }) => transferCells(transfer, sealed?.seal)),
    ]),
    '',
    ...(faults.length > 0
      ? ['At fault', ...faults.map(({ where, message }) => `  ✗ ${plain(where)}: ${plain(message)}`)]
      : seals.map(
          ({ number, size, sealed_at: at, keyId }) =>
            `  ✓ seal ${number} over ${size} transfers, ${plain(at)}` +
            (status === 'unsigned' ? '' : `, signed by key ${plain(keyId)} of ${plain(keysFrom)}`),
        )),
    '',
    verdicts[status],
  ];
}

function transferCells(transfer: Readonly<Record<string, unknown>>, seal: number | undefined): string[] {
  const { id, occurred_at: at, event, debit, credit, amount, currency, kind } = transfer;
  const name = kind === 'posted' ? event : `${String(event)} (${String(kind)})`;
  const money = `${figure(Number(amount), String(currency))} ${String(currency)}`;
  return [id, at, name, debit, credit, money, seal ?? 'not yet'].map(plain);
}

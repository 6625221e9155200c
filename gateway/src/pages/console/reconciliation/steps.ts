import { createHash } from 'node:crypto';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { AuditedAction } from '../../../operators/audit.ts';
import { addBankAccount } from '../../../reconciliation/bank-accounts.ts';
import { matchByHand } from '../../../reconciliation/by-hand.ts';
import { parkException } from '../../../reconciliation/exceptions.ts';
import { formatOf, importStatement } from '../../../reconciliation/import-statement.ts';
import { importTransactions } from '../../../reconciliation/import-transactions.ts';
import { reconcile } from '../../../reconciliation/reconcile.ts';
import type { BankFile } from '../../../reconciliation/statement.ts';
import { field } from '../../forms.ts';
import { uploadOf, type Upload } from '../../uploads.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { type ConsoleVisit, inConsole } from '../visit.ts';

function placeOf({ visit, req }: Pick<ConsoleAction, 'visit' | 'req'>): { at: string; exceptionId: string } {
  return {
    at: consolePath(visit.environment.id, 'reconciliation'),
    exceptionId: String(req.params.exceptionId),
  };
}

const ownerOf = ({ environment, operator }: ConsoleVisit) => ({
  environmentId: environment.id,
  actor: { kind: 'operator', id: operator.id } as const,
});

/** Reads what is new at the processor and matches all that is open. */
export async function runReconciliation(action: ConsoleAction): Promise<Done> {
  const { context, visit } = action;
  await inConsole(context, visit, (tx) => audit(tx, visit, 'reconciliation_run'));
  await importTransactions(context, ownerOf(visit));
  await reconcile(context, ownerOf(visit));
  return { to: placeOf(action).at, said: 'reconciled' };
}

/** Imports a file of the bank and matches its lines; of a refused one the page says everything that is wrong. */
export async function bringFile(action: ConsoleAction): Promise<Done> {
  const { context, visit, req } = action;
  const { at } = placeOf(action);
  const upload = uploadOf(req);
  if (!upload) return { to: at, said: 'file_missing' };
  const file = fileOf(upload);
  const { import: imported, again } = await importStatement(context, {
    ...ownerOf(visit),
    file,
    format: await formatOf(file),
    kept: (tx, { id, status }) =>
      audit(tx, visit, 'bank_file_brought', { objectId: id, details: { status, hash: file.hash } }),
  });
  const to = `${at}/imports/${imported.id}`;
  if (again) return { to, said: 'file_again' };
  if (imported.status === 'refused') return { to, said: 'file_refused' };
  await reconcile(context, ownerOf(visit));
  return { to, said: 'file_imported' };
}

function fileOf({ name, bytes }: Upload): BankFile {
  return {
    name: name.slice(0, 200),
    hash: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    // oxlint-disable-next-line typescript/require-await
    open: async function* () {
      yield bytes;
    },
  };
}

export function addAccount(action: ConsoleAction): Promise<Done> {
  const { req } = action;
  const input = {
    account: field(req, 'account'),
    currency: field(req, 'currency').trim().toUpperCase(),
    name: field(req, 'name'),
  };
  return take(action, {
    work: (tx) => addBankAccount(tx, input),
    action: 'bank_account_added',
    objectId: input.account.slice(0, 50),
    to: placeOf(action).at,
    said: 'bank_account_added',
    refusals: { validation_failed: 'bank_account_malformed' },
  });
}

/** An operator says what an exception is about, which books it. */
export function matchException(action: ConsoleAction): Promise<Done> {
  const { at, exceptionId } = placeOf(action);
  const targetId = field(action.req, 'target').trim();
  const { id: operatorId } = action.visit.operator;
  return take(action, {
    work: (tx) => matchByHand(tx, { exceptionId, targetId, operatorId }),
    action: 'exception_matched',
    objectId: exceptionId,
    to: `${at}/exceptions/${exceptionId}`,
    said: 'exception_matched',
    refusals: {
      state_conflict: 'exception_over',
      amount_mismatch: 'exception_differs',
      not_found: 'exception_nothing',
    },
  });
}

export function parkOne(action: ConsoleAction): Promise<Done> {
  const { at, exceptionId } = placeOf(action);
  const note = field(action.req, 'note');
  const { id: operatorId } = action.visit.operator;
  return take(action, {
    work: (tx) => parkException(tx, { exceptionId, operatorId, note }),
    action: 'exception_parked',
    objectId: exceptionId,
    to: `${at}/exceptions/${exceptionId}`,
    said: 'exception_parked',
    refusals: { state_conflict: 'exception_over', validation_failed: 'exception_note' },
  });
}

/** One step with its entry in the audit log; what is refused is said on the page. */
async function take(
  { context, visit }: ConsoleAction,
  step: {
    work: (tx: Tx) => Promise<void>;
    action: AuditedAction;
    objectId: string;
    to: string;
    said: SaidCode;
    refusals: { [code in ProblemCode]?: SaidCode };
  },
): Promise<Done> {
  try {
    await inConsole(context, visit, async (tx) => {
      await step.work(tx);
      await audit(tx, visit, step.action, { objectId: step.objectId });
    });
    return { to: step.to, said: step.said };
  } catch (error) {
    const said = error instanceof GatewayError ? step.refusals[error.code] : undefined;
    if (!said) throw error;
    return { to: step.to, said };
  }
}

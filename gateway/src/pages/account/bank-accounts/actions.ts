import { bindAccount, type BindRefusal, obstacleToBind } from '../../../banking/bind-account.ts';
import { endMandate, giveMandate, prepareMandate } from '../../../banking/mandates.ts';
import { removeAccount } from '../../../banking/remove-account.ts';
import { accountVerifierFor, type CheckRefusal, verifyAccount } from '../../../banking/verify-account.ts';
import { GatewayError, type ProblemCode } from '../../../lib/errors.ts';
import { isId, newId } from '../../../lib/ids.ts';
import type { Result } from '../../answer-form.ts';
import { readConsentValue } from '../../checkout/consent-value.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import type { NoticeCode } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { prove } from '../prove.ts';

const refusals: Record<BindRefusal | CheckRefusal, NoticeCode> = {
  holder_differs: 'bank_holder_differs',
  too_many: 'bank_too_many',
  account_in_use: 'bank_account_in_use',
  name_differs: 'bank_name_differs',
  account_closed: 'bank_account_closed',
  account_not_found: 'bank_account_not_found',
  not_a_test_account: 'bank_not_a_test_account',
};

const problems: { [code in ProblemCode]?: NoticeCode } = {
  step_up_required: 'step_up_required',
  validation_failed: 'bank_number_invalid',
  unavailable: 'bank_no_answer',
  processor_unavailable: 'processor_unavailable',
  not_found: 'bank_gone',
  state_conflict: 'text_changed',
};

export function bankAccountsPath(path: string): string {
  return `${path}/bank-accounts`;
}

/** Does a step and says what became of it on the page of the bank accounts. */
async function step(
  { visit, req }: AccountAction,
  work: () => Promise<NoticeCode>,
  typed: readonly string[] = [],
): Promise<Result> {
  const to = bankAccountsPath(visit.place.path);
  const kept = Object.fromEntries(typed.map((name) => [name, field(req, name).slice(0, 100)]));
  try {
    const notice = await work();
    return { to, memory: say(visit, notice, notice === 'bank_bound' ? {} : { typed: kept }) };
  } catch (error) {
    const notice = error instanceof GatewayError ? problems[error.code] : undefined;
    if (!notice) throw error;
    return { to, memory: say(visit, notice, { typed: kept }) };
  }
}

/** Proves who the shopper is, before they change a bank account. */
export function proveForBank(action: AccountAction): Promise<Result> {
  return prove(action, { to: bankAccountsPath(action.visit.place.path), unticked: 'bank_consents' });
}

/** Binds an account: the name is compared before its bank is asked, which happens between two transactions. */
export function addBankAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { id: shopperId, sessionId } = visit.shopper;
  const proof = { sessionId };
  const holder = field(req, 'holder').slice(0, 200);
  const work = async (): Promise<NoticeCode> => {
    const obstacle = await inVisit(context, visit, (tx) => obstacleToBind(tx, { shopperId, proof, holder }));
    if (obstacle) return refusals[obstacle];
    const verifier = accountVerifierFor(visit.environment);
    const checked = await verifyAccount(verifier, { holder, number: field(req, 'number') });
    if (checked.outcome === 'refused') return refusals[checked.code];
    const { account } = checked;
    const bound = await inVisit(context, visit, (tx) => bindAccount(tx, { shopperId, proof, account }));
    return bound.outcome === 'bound' ? 'bank_bound' : refusals[bound.code];
  };
  return step(action, work, ['holder']);
}

/** Keeps that an account may be debited; the processor is told of the account between two transactions. */
export function allowDebits(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const { shopper, environment } = visit;
  const { textHash } = readConsentValue(field(req, 'mandate'));
  return step(action, async () => {
    const asked = {
      shopperId: shopper.id,
      accountId: accountIdOf(action),
      proof: { sessionId: shopper.sessionId },
      textHash,
    };
    const toSave = await inVisit(context, visit, (tx) => prepareMandate(tx, asked));
    const saved = await context.processorFor(environment.kind).saveBankAccount({
      ...toSave,
      idempotencyKey: newId('req'),
      environmentId: environment.id,
      accepted: { address: req.ip ?? 'unknown', userAgent: req.get('user-agent') ?? 'unknown' },
    });
    await inVisit(context, visit, (tx) => giveMandate(tx, { ...asked, saved }));
    return 'bank_allowed';
  });
}

/** Ends a permission, without another identity check: at any time. */
export function endDebits(action: AccountAction): Promise<Result> {
  const { context, visit } = action;
  return step(action, async () => {
    const accountId = accountIdOf(action);
    await inVisit(context, visit, (tx) => endMandate(tx, { accountId, shopperId: visit.shopper.id }));
    return 'bank_ended';
  });
}

export function removeBankAccount(action: AccountAction): Promise<Result> {
  const { context, visit } = action;
  const { id: shopperId, sessionId } = visit.shopper;
  return step(action, async () => {
    const accountId = accountIdOf(action);
    const removed = await inVisit(context, visit, (tx) =>
      removeAccount(tx, { accountId, shopperId, sessionId }),
    );
    return removed.outcome === 'removed' ? 'bank_removed' : 'bank_in_use';
  });
}

function accountIdOf({ req }: AccountAction): string {
  const { accountId } = req.params;
  if (!isId('bka', accountId)) {
    throw new GatewayError('not_found', { detail: 'This is not the id of a bank account.' });
  }
  return accountId;
}

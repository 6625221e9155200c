import {
  approveMerchantAccount,
  type MerchantAccount,
  proposeMerchantAccount,
  rejectMerchantAccount,
  unnamedAccount,
} from '../../../banking/merchant-accounts.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { AuditedAction } from '../../../operators/audit.ts';
import { field } from '../../forms.ts';
import type { ConsoleAction, Done } from '../act.ts';
import { audit } from '../input.ts';
import { consolePath } from '../paths.ts';
import type { SaidCode } from '../texts/en.ts';
import { inConsole } from '../visit.ts';

/** The first of two operators enters where a merchant is to be paid. */
export function enterAccount(action: ConsoleAction): Promise<Done> {
  const { req, visit } = action;
  const entered = (name: string): string => field(req, name).trim().slice(0, 200);
  return take(action, 'merchant_account_entered', (tx) =>
    proposeMerchantAccount(tx, {
      merchantId: entered('merchant'),
      holder: entered('holder'),
      number: entered('number'),
      bankName: entered('bank').slice(0, 100) || '-',
      payoutAccount: entered('processor') || unnamedAccount,
      enteredBy: visit.operator.id,
    }),
  );
}

/** Another operator approves it: payouts go there from now on, after 72 hours. */
export function approveAccount(action: ConsoleAction): Promise<Done> {
  return take(action, 'merchant_account_approved', (tx) =>
    approveMerchantAccount(tx, { ...decisionOf(action), payoutAccount: field(action.req, 'processor') }),
  );
}

export function rejectAccount(action: ConsoleAction): Promise<Done> {
  return take(action, 'merchant_account_rejected', (tx) => rejectMerchantAccount(tx, decisionOf(action)));
}

function decisionOf({ req, visit }: ConsoleAction): { accountId: string; operatorId: string } {
  return { accountId: String(req.params.accountId), operatorId: visit.operator.id };
}

/** One step with its entry in the audit log, which says whose account it is and never its number. */
async function take(
  { context, visit }: ConsoleAction,
  action: AuditedAction & SaidCode,
  work: (tx: Tx) => Promise<MerchantAccount>,
): Promise<Done> {
  const to = consolePath(visit.environment.id, 'payouts');
  try {
    await inConsole(context, visit, async (tx) => {
      const { id, merchantId, last4, payoutAccount } = await work(tx);
      const details = { merchant: merchantId, last4, payout_account: payoutAccount };
      await audit(tx, visit, action, { objectId: id, details });
    });
    return { to, said: action };
  } catch (error) {
    const isRefusal =
      error instanceof GatewayError &&
      ['state_conflict', 'validation_failed', 'not_found'].includes(error.code);
    if (!isRefusal) throw error;
    return { to, said: 'merchant_account_refused' };
  }
}

import {
  changeMerchantAccount,
  proposeMerchantAccount,
  takeBackMerchantAccount,
  unnamedAccount,
} from '../../../banking/merchant-accounts.ts';
import { sandboxVerifier } from '../../../banking/sandbox-verifier.ts';
import { verifyAccount } from '../../../banking/verify-account.ts';
import { field } from '../../forms.ts';
import type { DashboardAction, Done } from '../act.ts';
import { idIn, invalidField } from '../developers/steps.ts';
import { audit } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';

const to = dashboardPath('bank');

/** Enters another account: a sandbox's test bank checks it at once, in live one of our people does. */
export async function proposeFromPage(action: DashboardAction): Promise<Done> {
  const { req, visit, context } = action;
  const entered = (name: string, most: number): string => {
    const value = field(req, name).normalize('NFC').trim();
    if (value === '' || value.length > most || /\p{C}/u.test(value))
      throw invalidField(`/${name}`, `Write 1 to ${most} characters.`);
    return value;
  };
  const account = { holder: entered('holder', 200), number: entered('number', 50) };
  if (visit.environment.kind === 'sandbox') return changeInSandbox(action, account);
  const bankName = entered('bank_name', 100);
  await inDashboard(context, visit, async (tx) => {
    const { id, last4 } = await proposeMerchantAccount(tx, {
      ...account,
      bankName,
      merchantId: visit.merchant.id,
      payoutAccount: unnamedAccount,
      enteredBy: visit.member.id,
    });
    await audit(tx, visit, 'bank_account_proposed', { objectId: id, details: { last4 } });
  });
  return { to, said: 'bank_account_proposed' };
}

async function changeInSandbox(
  { context, visit }: DashboardAction,
  account: { holder: string; number: string },
): Promise<Done> {
  const checked = await verifyAccount(sandboxVerifier, account);
  if (checked.outcome === 'refused') return { to, said: 'bank_account_refused' };
  const { holder, number, bank, provider } = checked.account;
  await inDashboard(context, visit, async (tx) => {
    const { id, last4 } = await changeMerchantAccount(tx, {
      merchantId: visit.merchant.id,
      holder,
      number,
      bankName: bank.name,
      payoutAccount: visit.merchant.payoutAccount,
      provider,
    });
    await audit(tx, visit, 'bank_account_proposed', { objectId: id, details: { last4 } });
  });
  return { to, said: 'bank_account_changed' };
}

export async function takeBackFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  const accountId = idIn('bka', field(req, 'account'));
  const asked = { accountId, merchantId: visit.merchant.id, memberId: visit.member.id };
  await inDashboard(context, visit, async (tx) => {
    await takeBackMerchantAccount(tx, asked);
    await audit(tx, visit, 'bank_account_taken_back', { objectId: accountId });
  });
  return { to, said: 'bank_account_taken_back' };
}

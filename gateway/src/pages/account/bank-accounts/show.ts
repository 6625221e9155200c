import { mostAccounts } from '../../../banking/bind-account.ts';
import { listMandates, type Mandate } from '../../../banking/mandates.ts';
import { type BankAccount, listEveryAccount } from '../../../banking/shopper-accounts.ts';
import { type CalendarDate, dateIn } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { missingConsents } from '../../../shoppers/consents.ts';
import { findIdentity } from '../../../shoppers/identity.ts';
import type { Page } from '../../send-page.tsx';
import type { AccountInput } from '../view.tsx';
import { bankAccountsView } from './view.tsx';

/** A permission to debit, with the dates of the environment's calendar and the account that it is about. */
export type ShownMandate = Mandate & {
  account: BankAccount;
  givenOn: CalendarDate;
  endedOn: CalendarDate | undefined;
};

export type ShownAccount = { account: BankAccount; boundOn: CalendarDate; mandate: ShownMandate | undefined };

/** What the page of the bank accounts is made from. */
export type BankFacts = {
  accounts: ShownAccount[];
  /** Permissions that have ended, the newest first. */
  earlier: ShownMandate[];
  mayAdd: boolean;
  verifiedName: string | undefined;
  consentsMissing: boolean;
};

/** The accounts that somebody has bound, what may be debited from them, and another one to add. */
export async function showBankAccounts(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  const all = await listEveryAccount(tx, shopperId);
  const mandates = (await listMandates(tx, shopperId)).flatMap((mandate) => shown(tx, mandate, all));
  const bound = all.filter(({ status }) => status === 'active');
  return bankAccountsView(input, {
    accounts: bound.map((account) => ({
      account,
      boundOn: dateIn(tx.environment.timeZone, account.boundAt),
      mandate: mandates.find(({ accountId, endedAt }) => accountId === account.id && endedAt === null),
    })),
    earlier: mandates.filter(({ endedAt }) => endedAt !== null),
    mayAdd: bound.length < mostAccounts,
    verifiedName: (await findIdentity(tx, shopperId))?.name,
    consentsMissing: (await missingConsents(tx, shopperId)).length > 0,
  });
}

function shown(tx: Tx, mandate: Mandate, all: readonly BankAccount[]): ShownMandate[] {
  const { timeZone } = tx.environment;
  const account = all.find(({ id }) => id === mandate.accountId);
  if (!account) return [];
  const endedOn = mandate.endedAt ? dateIn(timeZone, mandate.endedAt) : undefined;
  return [{ ...mandate, account, givenOn: dateIn(timeZone, mandate.givenAt), endedOn }];
}

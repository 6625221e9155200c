import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { addBankAccount, allowDebits, endDebits, proveForBank, removeBankAccount } from './actions.ts';
import { showBankAccounts } from './show.ts';

/** Bank accounts of the shopper's own, and what may be debited from them. */
export function mountBankAccounts(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/bank-accounts`, show(context, showBankAccounts));
  router.post(`${at}/bank-accounts/identity`, act(context, proveForBank));
  router.post(`${at}/bank-accounts/add`, act(context, addBankAccount));
  router.post(`${at}/bank-accounts/:accountId/mandate`, act(context, allowDebits));
  router.post(`${at}/bank-accounts/:accountId/mandate/end`, act(context, endDebits));
  router.post(`${at}/bank-accounts/:accountId/remove`, act(context, removeBankAccount));
}

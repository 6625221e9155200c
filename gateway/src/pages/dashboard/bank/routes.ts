import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../act.ts';
import { takeStep } from '../developers/steps.ts';
import { dashboardPath } from '../paths.ts';
import { show } from '../show.ts';
import { showBank } from './page.tsx';
import { proposeFromPage, takeBackFromPage } from './steps.ts';

/** Whoever changes where payouts go could take them: their passkey is asked for again. */
export function addBankRoutes(router: Router, context: PagesContext): void {
  const bank = dashboardPath('bank');
  const steps = { propose: proposeFromPage, take_back: takeBackFromPage };
  router.get(
    bank,
    show(context, 'bank_accounts', (tx, input) => showBank(tx, input)),
  );
  router.post(bank, act(context, 'change_bank_account', takeStep(steps, showBank), { fresh: bank }));
}

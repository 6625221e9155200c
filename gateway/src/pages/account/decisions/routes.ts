import type { Router } from 'express';
import type { Tx } from '../../../lib/tx.ts';
import type { PagesContext } from '../../context.ts';
import type { Page } from '../../send-page.tsx';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import type { AccountInput } from '../view.tsx';
import { ask, beginAppeal, withdraw } from './actions.ts';
import { decisionView } from './detail.tsx';
import { readDecision, readDecisions } from './facts.ts';
import { decisionsView } from './list.tsx';

/** Mounts the decisions about a shopper and their appeals, below the account's address `at`. */
export function mountDecisions(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/decisions`, show(context, showDecisions));
  router.get(`${at}/decisions/:assessmentId`, show(context, showDecision));
  router.post(`${at}/decisions/:assessmentId/appeal`, act(context, beginAppeal));
  router.post(`${at}/decisions/:assessmentId/appeals/:appealId/ask`, act(context, ask));
  router.post(`${at}/decisions/:assessmentId/appeals/:appealId/withdraw`, act(context, withdraw));
}

async function showDecisions(tx: Tx, input: AccountInput): Promise<Page> {
  const { shopper } = input.visit;
  return decisionsView(
    input,
    await readDecisions(tx, { shopperId: shopper.id, before: input.req.query.before }),
  );
}

async function showDecision(tx: Tx, input: AccountInput): Promise<Page> {
  const { assessmentId } = input.req.params;
  const shopperId = input.visit.shopper.id;
  return decisionView(input, await readDecision(tx, { assessmentId: String(assessmentId), shopperId }));
}

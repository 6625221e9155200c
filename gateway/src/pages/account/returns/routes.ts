import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { declareFromAccount, showReturn, withdrawFromAccount } from './declare.ts';

/** Mounts what a shopper does about returns, below the account's address `at`. */
export function mountReturns(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/plans/:planId/return`, show(context, showReturn));
  router.post(`${at}/plans/:planId/returns`, act(context, declareFromAccount));
  router.post(`${at}/plans/:planId/returns/:returnId/withdraw`, act(context, withdrawFromAccount));
}

import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { closeFromAccount, lookFromAccount, openFromAccount, writeFromAccount } from './act.ts';
import { showAsk, showCase, showCases } from './show.ts';

/** Mounts what a shopper asks and is told, below the account's address `at`. */
export function mountCases(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/cases`, show(context, showCases));
  router.get(`${at}/cases/new`, show(context, showAsk));
  router.get(`${at}/cases/:caseId`, show(context, showCase));
  router.post(`${at}/cases/look`, act(context, lookFromAccount));
  router.post(`${at}/cases`, act(context, openFromAccount));
  router.post(`${at}/cases/:caseId/messages`, act(context, writeFromAccount));
  router.post(`${at}/cases/:caseId/close`, act(context, closeFromAccount));
}

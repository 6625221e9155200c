import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { borrow } from './borrow.ts';
import { proveForDraw } from './prove.ts';
import { showDraw, showDrawAgreement, showDraws } from './show.ts';

/** Cash from the credit line: compare, prove who you are, read and agree, and see what became of it. */
export function mountDraws(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/draws`, show(context, showDraws));
  router.get(`${at}/draws/agreement`, show(context, showDrawAgreement));
  router.get(`${at}/draws/:drawId`, show(context, showDraw));
  router.post(`${at}/draws/identity`, act(context, proveForDraw));
  router.post(`${at}/draws/agree`, act(context, borrow));
}

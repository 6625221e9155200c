import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { eraseMe, proveForData } from './actions.ts';
import { takeMyData } from './file.ts';
import { showData } from './show.ts';

/** What is kept of the shopper: to take, and to have erased. */
export function mountData(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/data`, show(context, showData));
  router.post(`${at}/data/identity`, act(context, proveForData));
  router.post(`${at}/data/file`, takeMyData(context));
  router.post(`${at}/data/erase`, act(context, eraseMe));
}

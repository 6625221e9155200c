import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { keepChoice, showMessages } from './page.tsx';

/** Mounts what a shopper was told and what they want to be sent, below the account's address `at`. */
export function mountMessages(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/messages`, show(context, showMessages));
  router.post(`${at}/messages`, act(context, keepChoice));
}

import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { addPasskey, nameOwnPasskey, proveForSignIn, removeOutside, removeOwnPasskey } from './actions.ts';
import { showSigningIn } from './show.ts';

/** By what the shopper signs in besides codes: to add, to name and to remove. */
export function mountSigningIn(router: Router, context: PagesContext, at: string): void {
  router.get(
    `${at}/signing-in`,
    show(context, (tx, input) => showSigningIn(tx, input, context)),
  );
  router.post(`${at}/signing-in/identity`, act(context, proveForSignIn));
  router.post(`${at}/signing-in/add`, act(context, addPasskey));
  router.post(`${at}/signing-in/name`, act(context, nameOwnPasskey));
  router.post(`${at}/signing-in/remove`, act(context, removeOwnPasskey));
  router.post(`${at}/signing-in/outside/remove`, act(context, removeOutside));
}

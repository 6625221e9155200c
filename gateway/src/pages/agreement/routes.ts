import { type Response, Router } from 'express';
import type { PagesContext } from '../context.ts';
import { beginOutside } from '../outside-sign-in.ts';
import { sendCode, sendCodeAgain, signOut } from '../sign-in.ts';
import { readFields } from '../read-fields.ts';
import { act } from './action.ts';
import { agree, prove, signIn, signInWithPasskey } from './agree.ts';
import { goBack, showAgreement } from './show.ts';

/** The hosted page on which a shopper reads an agreement and switches it on: every post leads back to the page. */
export function agreementRouter(context: PagesContext): Router {
  const router = Router();
  const at = '/a/:secret';
  router.use(at, readFields);

  router.get(at, (req, res) => showAgreement(context, req, res));
  router.get(`${at}/back`, (req, res) => goBack(context, req, res));

  router.post(
    `${at}/phone`,
    act(context, ['phone', 'code'], (action) => sendCode(action, action.visit.merchant.id)),
  );
  router.post(`${at}/phone/other`, act(context, ['code', 'identity', 'terms'], signOut));
  router.post(`${at}/code`, act(context, ['phone', 'code'], signIn));
  router.post(
    `${at}/code/again`,
    act(context, ['code'], (action) => sendCodeAgain(action, action.visit.merchant.id)),
  );
  router.post(`${at}/passkey`, act(context, ['phone', 'code'], signInWithPasskey));
  router.post(`${at}/outside`, act(context, ['phone', 'code'], beginOutside));
  router.post(`${at}/identity`, act(context, ['identity'], prove));
  router.post(`${at}/agree`, act(context, ['terms'], agree));

  // A form's own address, loaded by hand or from history, is not a page.
  router.get(`${at}/*rest`, (req, res: Response) => res.redirect(303, `/a/${req.params.secret}`));
  return router;
}

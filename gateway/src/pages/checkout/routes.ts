import { type Response, Router } from 'express';
import type { PagesContext } from '../context.ts';
import { readFields } from '../read-fields.ts';
import { tellAbout } from './about.ts';
import { act } from './action.ts';
import { agree } from './agree.ts';
import { appealFromCheckout } from './appeal.ts';
import { checkChallenge, sendChallenge } from './challenge.ts';
import { payDown } from './down.ts';
import { goBack, leave } from './leave.ts';
import { showQrCode } from './qr.ts';
import { showCheckout } from './show.ts';
import { sendCode, sendCodeAgain, signOut } from '../sign-in.ts';
import { beginOutside } from '../outside-sign-in.ts';
import { offeredPasskey } from './passkey-offer.ts';
import { claimAsKnown, signIn, signInWithPasskey } from './sign-in.ts';
import type { Step } from './step.ts';

const decided: readonly Step[] = ['decide'];
const anywhere: readonly Step[] = ['known', 'about', 'decide', 'waiting', 'done', 'canceled', 'expired'];

/** The hosted checkout: pages are read, forms are posted, and every post leads to a page. */
export function checkoutRouter(context: PagesContext): Router {
  const router = Router();
  router.use('/c/:secret', readFields);

  router.get('/c/:secret', (req, res) => showCheckout(context, req, res));
  router.get('/c/:secret/agreement', (req, res) => showCheckout(context, req, res));
  router.get('/c/:secret/qr.svg', (req, res) => showQrCode(context, req, res));
  router.get('/c/:secret/back', (req, res) => goBack(context, req, res));

  router.post(
    '/c/:secret/phone',
    act(context, ['phone', 'code'], (action) => sendCode(action, action.visit.merchant.id)),
  );
  router.post('/c/:secret/phone/other', act(context, ['code', 'known'], signOut));
  router.post('/c/:secret/code', act(context, ['phone', 'code'], signIn));
  router.post(
    '/c/:secret/code/again',
    act(context, ['code'], (action) => sendCodeAgain(action, action.visit.merchant.id)),
  );
  router.post('/c/:secret/passkey', act(context, ['phone', 'code'], signInWithPasskey));
  router.post('/c/:secret/passkey/add', act(context, ['done'], offeredPasskey));
  router.post('/c/:secret/outside', act(context, ['phone', 'code'], beginOutside));
  router.post('/c/:secret/claim', act(context, ['known'], claimAsKnown));
  router.post('/c/:secret/about', act(context, ['about'], tellAbout));
  router.post('/c/:secret/challenge', act(context, decided, checkChallenge));
  router.post('/c/:secret/challenge/send', act(context, decided, sendChallenge));
  router.post('/c/:secret/confirm', act(context, decided, agree));
  router.post('/c/:secret/down', act(context, decided, payDown));
  router.post('/c/:secret/appeal', act(context, decided, appealFromCheckout));
  router.post('/c/:secret/leave', act(context, anywhere, leave));

  // A form's own address, loaded by hand or from history, is not a page.
  router.get('/c/:secret/*rest', (req, res: Response) => res.redirect(303, `/c/${req.params.secret}`));
  return router;
}

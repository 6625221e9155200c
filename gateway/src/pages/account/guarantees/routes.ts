import type { Router } from 'express';
import type { PagesContext } from '../../context.ts';
import { act } from '../action.ts';
import { show } from '../show.tsx';
import { accept, changeCard, endIt, proveForGuarantee } from './answer.ts';
import { vouch } from './offer.ts';
import { showAccept, showGuarantee, showGuarantees, showOffer } from './show.ts';

/** Vouching for a friend: offer, read and agree on both sides, reconsider, see what is in use, end, and pay back. */
export function mountGuarantees(router: Router, context: PagesContext, at: string): void {
  router.get(`${at}/guarantees`, show(context, showGuarantees));
  router.get(`${at}/guarantees/offer`, show(context, showOffer));
  router.get(`${at}/guarantees/:guaranteeId`, show(context, showGuarantee));
  router.get(`${at}/guarantees/:guaranteeId/accept`, show(context, showAccept));
  router.post(`${at}/guarantees/identity`, act(context, proveForGuarantee));
  router.post(`${at}/guarantees/offer`, act(context, vouch));
  router.post(`${at}/guarantees/:guaranteeId/accept`, act(context, accept));
  router.post(`${at}/guarantees/:guaranteeId/end`, act(context, endIt));
  router.post(`${at}/guarantees/:guaranteeId/card`, act(context, changeCard));
}

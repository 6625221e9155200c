import type { Response } from 'express';
import { allowScript } from '../headers.ts';
import type { Popup } from '../parts/popup-script.tsx';
import { stepOf } from './step.ts';
import { factsOf, type Visit } from './visit.ts';

/** What this page's script is to know, or undefined where we may not lead back to the shop. */
export function popupOf(visit: Visit, res: Response): Popup | undefined {
  const { session, returnTo } = visit;
  return (
    returnTo && {
      nonce: allowScript(res),
      session: session.id,
      origin: returnTo.origin,
      back: returnTo.href,
      status: endingOf(visit),
    }
  );
}

/** How the checkout ended, for those who see it on the page. */
function endingOf(visit: Visit): string | undefined {
  const step = stepOf(factsOf(visit));
  if (step === 'done') return visit.session.status;
  return step === 'canceled' || step === 'expired' ? step : undefined;
}

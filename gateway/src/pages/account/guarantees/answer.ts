import { endGuarantee } from '../../../credit/guarantees/end.ts';
import { findGuarantee } from '../../../credit/guarantees/guarantees.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { acceptGuarantee, type AcceptRefusal } from '../../../repayments/guarantors/accept.ts';
import { changeGuarantorCard } from '../../../repayments/guarantors/card.ts';
import { keepMethod } from '../../../processor/test-cards.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { chooseMethod } from '../../payment-method.ts';
import type { NoticeCode } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { prove } from '../prove.ts';
import { askedBy, guaranteeIdOf, guaranteeIdIn, guaranteePath, guaranteesPath, offerPath } from './paths.ts';
import { readGuarantee } from './facts.ts';
import { shownWords } from './shown-words.ts';

const noticeOfRefusal: Record<AcceptRefusal, NoticeCode> = {
  late: 'guarantee_late',
  has_guarantor: 'guarantee_has',
  is_guarantor: 'guarantee_is',
  same_device: 'guarantee_same_device',
  terms_changed: 'text_changed',
  gone: 'guarantee_gone',
};

/** The invited shopper accepts what the page showed. */
export async function accept({ context, visit, req }: AccountAction): Promise<Result> {
  const guaranteeId = guaranteeIdOf(req);
  const { id: debtorId, sessionId } = visit.shopper;
  const { path } = visit.place;
  const page = guaranteePath(path, guaranteeId);
  if (field(req, 'declaration') === '')
    return { to: `${page}/accept`, memory: say(visit, 'guarantee_consent') };
  try {
    const answer = await inVisit(context, visit, async (tx) => {
      const { terms } = await findGuarantee(tx, guaranteeId);
      const shown = shownWords(terms, field(req, 'declaration'));
      if (!shown) return { outcome: 'refused', code: 'terms_changed' } as const;
      return acceptGuarantee(tx, {
        guaranteeId,
        debtorId,
        sessionId,
        browser: visit.browser,
        agreedHash: field(req, 'agreed'),
        shown,
      });
    });
    if (answer.outcome === 'accepted') return { to: page, memory: say(visit, 'guarantee_accepted') };
    const to = answer.code === 'gone' ? guaranteesPath(path) : `${page}/accept`;
    return { to, memory: say(visit, noticeOfRefusal[answer.code]) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.code === 'step_up_required')
      return { to: `${page}/accept`, memory: say(visit, 'step_up_required') };
    if (error.code !== 'not_found') throw error;
    return { to: guaranteesPath(path), memory: say(visit, 'guarantee_gone') };
  }
}

const endings = ['withdraw', 'decline', 'end'] as const;

/** Withdraws, declines or ends; what is left of it, if anything, is on its page. */
export async function endIt({ context, visit, req }: AccountAction): Promise<Result> {
  const guaranteeId = guaranteeIdOf(req);
  const action = endings.find((name) => name === field(req, 'action')) ?? 'end';
  const list = guaranteesPath(visit.place.path);
  try {
    await inVisit(context, visit, (tx) =>
      endGuarantee(tx, { guaranteeId, shopperId: visit.shopper.id, action }),
    );
  } catch (error) {
    const isGone =
      error instanceof GatewayError && (error.code === 'not_found' || error.code === 'state_conflict');
    if (!isGone) throw error;
    return { to: list, memory: say(visit, 'guarantee_gone') };
  }
  const to = action === 'decline' ? list : guaranteePath(visit.place.path, guaranteeId);
  return { to, memory: say(visit, 'guarantee_over') };
}

/** Another card is charged from now on. A new one is saved at the processor first. */
export async function changeCard({ context, visit, req }: AccountAction): Promise<Result> {
  const guaranteeId = guaranteeIdOf(req);
  const shopperId = visit.shopper.id;
  const to = guaranteePath(visit.place.path, guaranteeId);
  // Nothing is saved for what is somebody else's.
  await inVisit(context, visit, (tx) => readGuarantee(tx, { guaranteeId, shopperId }), 'read');
  const chosen = await chooseMethod(context, visit, { shopperId, value: field(req, 'method') });
  if (!chosen) return { to, memory: say(visit, 'method_missing') };
  await inVisit(context, visit, async (tx) => {
    const paymentMethodId = await keepMethod(tx, shopperId, chosen);
    await changeGuarantorCard(tx, { guaranteeId, shopperId, paymentMethodId });
  });
  return { to, memory: say(visit, 'guarantee_card') };
}

/** Keeps the consents that are missing, then checks who the shopper is: the check is one of the things agreed to. */
export async function proveForGuarantee(action: AccountAction): Promise<Result> {
  const { visit, req } = action;
  const { place } = visit;
  const asked = askedBy(req);
  const guaranteeId = guaranteeIdIn(field(req, 'guarantee'));
  const to = asked
    ? offerPath(place.path, asked)
    : guaranteeId
      ? `${guaranteePath(place.path, guaranteeId)}/accept`
      : guaranteesPath(place.path);
  return prove(action, { to, unticked: 'guarantee_consent' });
}

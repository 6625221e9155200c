import { lockLines } from '../../credit/guarantees/end.ts';
import {
  type Guarantee,
  guaranteeNotFound,
  lockGuarantee,
  recordGuaranteeEvent,
  updateGuarantee,
} from '../../credit/guarantees/guarantees.ts';
import { findFor } from '../../credit/guarantees/invitations.ts';
import { boundRoleOf, takeRoles } from '../../credit/guarantees/parties.ts';
import { guaranteeActions, lapsesOn, todayIn } from '../../credit/guarantees/state.ts';
import { mostDebtors } from '../../credit/guarantees/terms.ts';
import { movePledges } from '../../credit/lines.ts';
import type { Id } from '../../lib/ids.ts';
import type { Tx } from '../../lib/tx.ts';
import { keepTexts } from '../../shoppers/kept-texts.ts';
import type { Locale } from '../../shoppers/profile.ts';
import { requireLevelThree } from '../../shoppers/step-up.ts';
import { latenessOf, reviewStanding } from '../../standing/standing.ts';
import { guarantorStanding, takenSlots } from './eligibility.ts';
import { agreedText } from './offer.ts';
import { isSameDevice } from './same-device.ts';

export type AcceptRefusal =
  /** What the one who accepts can know of themselves. */
  | 'late'
  | 'has_guarantor'
  | 'is_guarantor'
  | 'same_device'
  /** What was read is not what would be agreed to now. */
  | 'terms_changed'
  /** The guarantor cannot carry it any more, or it has lapsed: why is not the business of the one who accepts. */
  | 'gone';

export type AcceptInput = {
  guaranteeId: string;
  debtorId: Id<'shp'>;
  sessionId: Id<'sse'>;
  browser: string;
  agreedHash: string;
  shown: { text: string; locale: Locale };
};

export type AcceptAnswer =
  { outcome: 'accepted'; guarantee: Guarantee } | { outcome: 'refused'; code: AcceptRefusal };

/**
 * The invited one accepts: the cap is set aside of the guarantor's limit, and a day begins in which either side may
 * withdraw. Accepting again changes nothing. A refusal has changed nothing either.
 *
 * @throws GatewayError `not_found` when there is no offer for this shopper's phone, `step_up_required`.
 */
export async function acceptGuarantee(tx: Tx, input: AcceptInput): Promise<AcceptAnswer> {
  const { guaranteeId, debtorId } = input;
  const { guarantee: offer, role } = await findFor(tx, { guaranteeId, shopperId: debtorId });
  if (role !== 'debtor') throw guaranteeNotFound();
  if (offer.debtorId !== null) return repeated(offer);
  await requireLevelThree(tx, input.sessionId);
  const { guarantorId, currency, cap } = offer;
  await lockLines(tx, [guarantorId, debtorId], currency);
  const standing = await reviewStanding(tx, { shopperId: debtorId, currency });
  const guarantorNow = await reviewStanding(tx, { shopperId: guarantorId, currency });
  const guarantee = await lockGuarantee(tx, guaranteeId);
  if (guarantee.debtorId === debtorId) return repeated(guarantee);
  const isOpen = guaranteeActions(guarantee, 'debtor').includes('accept');
  if (!isOpen || todayIn(tx) >= lapsesOn(guarantee)) return refused('gone');
  if (guarantee.termsHash !== input.agreedHash) return refused('terms_changed');
  const obstacle = await obstacleTo(tx, input, latenessOf(standing) !== undefined);
  if (obstacle) return refused(obstacle);
  const room = await guarantorStanding(tx, { shopperId: guarantorId, currency, standing: guarantorNow });
  if (room.obstacle || cap > room.most) return refused('gone');
  if (!(await takeRoles(tx, { guarantorId, debtorId }))) return refused('gone');
  return { outcome: 'accepted', guarantee: await bind(tx, guarantee, input) };
}

function refused(code: AcceptRefusal): AcceptAnswer {
  return { outcome: 'refused', code };
}

function repeated(guarantee: Guarantee): AcceptAnswer {
  return guarantee.endedAt === null ? { outcome: 'accepted', guarantee } : refused('gone');
}

/** What speaks against it on the side of the one who accepts; their credit line is locked. */
async function obstacleTo(
  tx: Tx,
  { guaranteeId, debtorId, browser }: AcceptInput,
  isLate: boolean,
): Promise<AcceptRefusal | undefined> {
  if (isLate) return 'late';
  const role = await boundRoleOf(tx, debtorId);
  if (role) return role === 'debtor' ? 'has_guarantor' : 'is_guarantor';
  return (await isSameDevice(tx, { guaranteeId, debtorId, browser })) ? 'same_device' : undefined;
}

async function bind(tx: Tx, guarantee: Guarantee, { debtorId, shown }: AcceptInput): Promise<Guarantee> {
  const { guarantorId, currency, cap, terms } = guarantee;
  const taken = await takenSlots(tx, guarantorId);
  const slot = Array.from({ length: mostDebtors }, (_, index) => index + 1).find(
    (place) => !taken.includes(place),
  );
  if (slot === undefined) throw new Error(`guarantor ${guarantorId} has no place for another debtor`);
  await keepTexts(tx, [shown.text]);
  await movePledges(tx, { shopperId: guarantorId, currency }, { pledged: cap });
  const accepted = await updateGuarantee(tx, guarantee, {
    status: 'accepted',
    debtor_id: debtorId,
    slot,
    pledged: cap,
    browser_hash: null,
    debtor_texts: JSON.stringify([agreedText(terms, shown)]) as never,
    accepted_at: tx.now,
  });
  await recordGuaranteeEvent(tx, 'guarantee.accepted', accepted);
  return accepted;
}

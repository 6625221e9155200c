import { reviewStanding } from '../standing/standing.ts';
import type { Funder } from '../credit/funders.ts';
import { placeHold } from '../credit/holds.ts';
import { availableOf } from '../credit/lines.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Assessment, type DeclineCode, storeAssessment } from '../pay-score/assessments.ts';
import { annualRateOf } from '../pay-score/policy.ts';
import { hashSnapshot, type PlanSnapshot } from '../plans/snapshot.ts';
import { startAttempt } from '../processor/attempts.ts';
import { findPaymentMethod } from '../processor/payment-methods.ts';
import { type AgreedText, consentsFor } from '../shoppers/agreed-texts.ts';
import { missingConsents } from '../shoppers/consents.ts';
import { findIdentity } from '../shoppers/identity.ts';
import { hashText, keepTexts } from '../shoppers/kept-texts.ts';
import type { Locale } from '../shoppers/profile.ts';
import { requireLevelThree } from '../shoppers/step-up.ts';
import { ableFunder, declineDraw, draftDraw, offerOf } from './choices.ts';
import { coolingOffUntil } from './cooling-off.ts';
import { type CashDraw, type DrawRow, findDrawByReference, recordDrawEvent, toDraw } from './draws.ts';
import { type DrawMarket, drawMarket } from './market.ts';

export type DrawRefusal =
  /** Cash is not lent in this market. */
  | 'market_off'
  | 'amount_too_small'
  | 'amount_too_large'
  /** Not over so many months, or not at this cost. */
  | 'not_offered'
  /** Another draw is still on its way to the bank. */
  | 'under_way'
  /** A card was added less than a day ago. */
  | 'cooling_off'
  | 'consents_missing'
  /** What was read is not what would be agreed to now. */
  | 'terms_changed';

export type DrawRequest = {
  shopperId: Id<'shp'>;
  /** The signed-in session in which the shopper asks. */
  sessionId: Id<'sse'>;
  /** Of the form: asking again with the same one asks for nothing more. */
  reference: string;
  /** Minor units of the market's currency. */
  amount: bigint;
  months: number;
  funderId: string;
  paymentMethodId: string;
  /** The hash of the plan that the page showed, and the words around it. */
  agreedHash: string;
  shown: { text: string; locale: Locale };
};

/** The attempt of a draw that was asked for now is to be carried out after the transaction. */
export type DrawAnswer =
  | { outcome: 'requested'; draw: CashDraw; attemptId: Id<'att'> | undefined }
  | { outcome: 'declined'; assessment: Assessment }
  | { outcome: 'refused'; code: DrawRefusal };

/**
 * A shopper draws cash: score, limit and funder are decided as at the checkout and on the same line, the amount is held,
 * and the processor is to be asked to send it. Nothing is owed until it did (`finishDraw`). A decline is kept with its
 * assessment, so the caller commits it; a refusal has changed nothing but the line's limit.
 *
 * @throws GatewayError `step_up_required` without an identity check in the last 15 minutes, `not_found` (the card),
 *   `limit_exceeded`, `funder_unavailable`.
 */
export async function requestDraw(tx: Tx, input: DrawRequest): Promise<DrawAnswer> {
  const { shopperId, amount } = input;
  const repeated = await findDrawByReference(tx, input);
  if (repeated) return { outcome: 'requested', draw: repeated, attemptId: undefined };
  await requireLevelThree(tx, input.sessionId);
  const market = await drawMarket(tx);
  if (!market?.range) return refused('market_off');
  if (amount < market.range.least) return refused('amount_too_small');
  if (amount > market.range.most) return refused('amount_too_large');

  const standing = await reviewStanding(tx, { shopperId, currency: market.currency });
  // The same form in another tab waited for the line.
  const meanwhile = await findDrawByReference(tx, input);
  if (meanwhile) return { outcome: 'requested', draw: meanwhile, attemptId: undefined };
  const obstacle = await obstacleTo(tx, shopperId);
  if (obstacle) return refused(obstacle);

  const method = await findPaymentMethod(tx, { id: input.paymentMethodId, shopperId });
  const funder = await ableFunder(tx, { ...input, currency: market.currency });
  const drawId = newId('drw');
  const declineCode = (await findIdentity(tx, shopperId))
    ? declineDraw({ standing, funder, amount })
    : 'identity_required';
  if (declineCode !== null || !funder) {
    const code = declineCode ?? 'no_funder';
    return {
      outcome: 'declined',
      assessment: await assess(tx, { ...input, drawId, standing, market, code }),
    };
  }
  const snapshot = agreedPlan(input, { market, funder, score: standing.score.score });
  if (typeof snapshot === 'string') return refused(snapshot);
  if ((await missingConsents(tx, shopperId, funder.id)).length > 0) return refused('consents_missing');

  await assess(tx, { ...input, drawId, standing, market, code: null });
  const { id: holdId } = await placeHold(tx, { line: standing.line, funder, amount });
  const draw = await storeDraw(tx, { ...input, drawId, snapshot, holdId, methodId: method.id });
  const attemptId = await startAttempt(tx, {
    purpose: 'draw_payout',
    subjectId: draw.id,
    amount,
    currency: draw.currency,
    paymentMethodId: method.id,
  });
  await recordDrawEvent(tx, 'draw.requested', draw);
  return { outcome: 'requested', draw, attemptId };
}

function refused(code: DrawRefusal): DrawAnswer {
  return { outcome: 'refused', code };
}

/** What keeps this shopper from drawing at this moment, whatever the amount. Their line is locked. */
async function obstacleTo(tx: Tx, shopperId: string): Promise<'under_way' | 'cooling_off' | undefined> {
  const open = await tx
    .sql<DrawRow>('cash_draws')
    .where({ environment_id: tx.environment.id, shopper_id: shopperId, status: 'requested' })
    .first('id');
  if (open) return 'under_way';
  return (await coolingOffUntil(tx, shopperId)) ? 'cooling_off' : undefined;
}

/** The plan as it is agreed to today, if it is the one that was read. */
function agreedPlan(
  { amount, months, agreedHash }: DrawRequest,
  by: { market: DrawMarket; funder: Funder; score: number },
): PlanSnapshot | 'not_offered' | 'terms_changed' {
  const offer = offerOf({ ...by, amount, months });
  if (!offer) return 'not_offered';
  const snapshot = draftDraw({ ...by, offer });
  return hashSnapshot(snapshot) === agreedHash ? snapshot : 'terms_changed';
}

async function assess(
  tx: Tx,
  input: {
    shopperId: string;
    amount: bigint;
    drawId: string;
    standing: Awaited<ReturnType<typeof reviewStanding>>;
    market: DrawMarket;
    code: DeclineCode | null;
  },
): Promise<Assessment> {
  const { standing, code } = input;
  const { score, line } = standing;
  return storeAssessment(tx, {
    shopperId: input.shopperId,
    subject: { drawId: input.drawId },
    score,
    limit: line.limit,
    available: availableOf(line),
    amount: input.amount,
    currency: input.market.currency,
    declineCode: code,
    offers: ['cash_draw'],
    annualRatePpm: annualRateOf(score.score),
  });
}

async function storeDraw(
  tx: Tx,
  input: DrawRequest & { drawId: Id<'drw'>; snapshot: PlanSnapshot; holdId: string; methodId: string },
): Promise<CashDraw> {
  const { shopperId, snapshot, shown } = input;
  const words: AgreedText = {
    purpose: 'agreement',
    version: snapshot.terms_version,
    locale: shown.locale,
    text_hash: hashText(shown.text),
  };
  await keepTexts(tx, [shown.text]);
  const consents = await consentsFor(tx, { shopperId, funderId: snapshot.funder.id });
  const [row] = await tx
    .sql<DrawRow>('cash_draws')
    .insert({
      environment_id: tx.environment.id,
      id: input.drawId,
      shopper_id: shopperId,
      reference: input.reference,
      currency: snapshot.currency,
      amount: input.amount,
      funder_id: snapshot.funder.id,
      hold_id: input.holdId,
      payment_method_id: input.methodId,
      snapshot: JSON.stringify(snapshot),
      agreed_texts: JSON.stringify([words, ...consents]) as never,
      status: 'requested',
      created_at: tx.now,
    })
    .returning('*');
  if (!row) throw new Error('the cash draw was not stored');
  return toDraw(row);
}

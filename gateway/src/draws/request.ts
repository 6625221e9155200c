import { reviewStanding } from '../standing/standing.ts';
import type { Advice } from '../checkout/advice/advise.ts';
import { readRouting } from '../credit/candidates.ts';
import { grantRecord, type JudgedWithGrant, useGrant } from '../standing/grants.ts';
import { adviseOnDraw } from './any-draw.ts';
import { placeHold } from '../credit/holds.ts';
import { notePlacement } from '../credit/placements.ts';
import { recordFunding } from '../credit/record-funding.ts';
import type { Routing } from '../credit/routing.ts';
import { type Screening, screen } from '../fraud/screen.ts';
import type { Visit } from '../fraud/signals.ts';
import { availableOf, type CreditLine } from '../credit/lines.ts';
import { type Id, newId } from '../lib/ids.ts';
import type { Tx } from '../lib/tx.ts';
import { type Assessment, type DeclineCode, storeAssessment } from '../pay-score/assessments.ts';
import { fundersOf, hashSnapshot, type PlanSnapshot } from '../plans/snapshot.ts';
import { startAttempt } from '../processor/attempts.ts';
import { findPaymentMethod } from '../processor/payment-methods.ts';
import type { Burden } from '../protection/affordability.ts';
import { recordProtection } from '../protection/record.ts';
import { type AgreedText, consentsFor } from '../shoppers/agreed-texts.ts';
import { missingConsents } from '../shoppers/consents.ts';
import { hashText, keepTexts } from '../shoppers/kept-texts.ts';
import type { Locale } from '../shoppers/profile.ts';
import { requireLevelThree } from '../shoppers/step-up.ts';
import { chosenWay, draftDraw, drawPurpose } from './choices.ts';
import { coolingOffUntil } from './cooling-off.ts';
import { type CashDraw, type DrawRow, findDrawByReference, recordDrawEvent, toDraw } from './draws.ts';
import { type DrawMarket, drawMarket } from './market.ts';
import { type JudgedDraw, judgeDraw } from './protect-draw.ts';

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
  /** From where the shopper asks. */
  visit?: Visit | undefined;
};

/**
 * The attempt of a draw that was asked for now is to be carried out after the transaction. With a warning a large share of
 * the shopper's income is bound by it, which they have to have been told before.
 */
export type DrawAnswer =
  | { outcome: 'requested'; draw: CashDraw; attemptId: Id<'att'> | undefined; warning?: Burden }
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
  const purpose = drawPurpose(market, shopperId);
  const routing = await readRouting(tx, purpose);
  const { way, funder, asked } = chosenWay({ ...input, market, routing, standing });
  const drawId = newId('drw');
  const screening = await screenDraw(tx, { ...input, drawId, market, line: standing.line });
  const judged = await judgeDraw(tx, {
    shopperId,
    market,
    standing,
    amount,
    funder,
    ways: way ? [way] : [],
    needsIdentity: true,
    screened: screening.code,
  });
  const { declineCode, grant } = judged;
  const kept = { ...input, judged, screening, drawId, standing, market, routing, asked };
  if (declineCode !== null || !funder) {
    const code = declineCode ?? 'no_funder';
    return {
      outcome: 'declined',
      assessment: await assess(tx, { ...kept, code }),
    };
  }
  if (!way) return refused('not_offered');
  const snapshot = draftDraw({ market, ...way });
  if (hashSnapshot(snapshot) !== input.agreedHash) return refused('terms_changed');
  const funderIds = fundersOf(snapshot).map(({ id }) => id);
  if ((await missingConsents(tx, shopperId, ...funderIds)).length > 0) return refused('consents_missing');

  if (grant) await useGrant(tx, grant, drawId);
  await assess(tx, { ...kept, code: null });
  const { funding } = way;
  const { id: holdId } = await placeHold(tx, { line: standing.line, funding, amount });
  await notePlacement(tx, { holdId, funding, amount, currency: market.currency, bound: purpose });
  const draw = await storeDraw(tx, { ...input, drawId, snapshot, holdId, methodId: method.id });
  const attemptId = await startAttempt(tx, {
    purpose: 'draw_payout',
    subjectId: draw.id,
    amount,
    currency: draw.currency,
    paymentMethodId: method.id,
  });
  await recordDrawEvent(tx, 'draw.requested', draw);
  const warned = judged.protection.fitting.find(({ warns }) => warns);
  return { outcome: 'requested', draw, attemptId, ...(warned && { warning: warned.burden }) };
}

function refused(code: DrawRefusal): DrawAnswer {
  return { outcome: 'refused', code };
}

/** Looks for fraud in a draw. Whoever comes this far has proven more than a code would. */
function screenDraw(
  tx: Tx,
  input: Pick<DrawRequest, 'shopperId' | 'amount' | 'paymentMethodId' | 'visit'> & {
    drawId: string;
    market: DrawMarket;
    line: CreditLine;
  },
): Promise<Screening> {
  const { drawId, market, ...rest } = input;
  const { currency } = market;
  return screen(tx, { ...rest, kind: 'draw', purchase: drawId, merchant: null, currency, isProven: true });
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

async function assess(
  tx: Tx,
  input: {
    shopperId: string;
    amount: bigint;
    drawId: string;
    standing: Awaited<ReturnType<typeof reviewStanding>>;
    market: DrawMarket;
    code: DeclineCode | null;
    judged: JudgedWithGrant<JudgedDraw>;
    screening: Screening;
    routing: Routing;
    asked: ReturnType<typeof chosenWay>['asked'];
  },
): Promise<Assessment> {
  const { standing, judged, code } = input;
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
    annualRatePpm: line.annualRatePpm,
    guards: {
      fraud: input.screening.record,
      protection: recordProtection(tx, judged.facts, judged.protection),
      funding: recordFunding(input.routing, [input.asked]),
      ...(judged.grant && { appeal: grantRecord(judged.grant) }),
      ...(code && { advice: await adviceOn(tx, { ...input, code }) }),
    },
  });
}

async function adviceOn(
  tx: Tx,
  input: Pick<
    Parameters<typeof assess>[1],
    'shopperId' | 'amount' | 'standing' | 'market' | 'judged' | 'routing'
  > & {
    code: DeclineCode;
    screening: Screening;
  },
): Promise<Advice> {
  const { shopperId, market, standing, amount, judged, screening, routing, code } = input;
  const draw = { shopperId, market, routing, screened: screening.code, excused: judged.excused };
  return adviseOnDraw(tx, draw, { amount, standing, facts: judged.facts, declineCode: code });
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
  const consents = await consentsFor(tx, {
    shopperId,
    funderIds: fundersOf(snapshot).map(({ id }) => id),
  });
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

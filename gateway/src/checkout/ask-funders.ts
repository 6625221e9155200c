import { type Ask, claimAsks, listAsks, questionOf, settleAsk, withdrawAsks } from '../credit/desks/asks.ts';
import { countAnswer } from '../credit/desks/breaker.ts';
import { askDesk, type DeskHost, desksOf } from '../credit/desks/desks.ts';
import type { DeskAnswer } from '../credit/desks/port.ts';
import { releaseHold } from '../credit/holds.ts';
import { type CreditLine, lockLine } from '../credit/lines.ts';
import { GatewayError } from '../lib/errors.ts';
import type { Id } from '../lib/ids.ts';
import { type Tx, type TxOptions, transact } from '../lib/tx.ts';
import { findMerchant } from '../merchants/merchants.ts';
import { latestAssessment } from '../pay-score/assessments.ts';
import { fundersOf, type PlanSnapshot } from '../plans/snapshot.ts';
import { missingConsents } from '../shoppers/consents.ts';
import { type Confirmation, goOn, reopen, reserve } from './confirm.ts';
import { holdWithFunder } from './hold-offer.ts';
import { keepAgreed } from './keep-agreed.ts';
import { factsForPurchase, requireProtected } from './protect-purchase.ts';
import { type CheckoutSession, findSession, lockSession } from './sessions.ts';
import { isBeingConfirmed, isOver } from './state.ts';

/**
 * What became of asking. `accepted` goes on as a confirmation does. `passed_on`: nobody took it on these terms, and the
 * session is open again; who looks at it now is offered what others would carry, on theirs. `pending`: somebody else is
 * asking at this moment. `over`: there is nothing to ask any more.
 */
export type AskedFunders =
  { outcome: 'accepted'; confirmation: Confirmation } | { outcome: 'passed_on' | 'pending' | 'over' };

/** Whether the shopper has agreed to another funder's plan as well, so that it may be held without asking them again. */
export type CoveredBy = (tx: Tx, plans: { agreed: PlanSnapshot; next: PlanSnapshot }) => Promise<boolean>;

/**
 * Asks the funders of what a session has reserved, outside of any transaction, and goes on by their answers. When one
 * refuses or does not answer in time, its hold is released and the next is reserved and asked, as far as the shopper's
 * consent covers it: there is one hold at any time. Whoever may have accepted what is not wanted is told by
 * `finishOpenAsks`, which also ends what a crash left open.
 */
export async function askFunders(
  host: DeskHost,
  input: { environmentId: string; sessionId: string; covers?: CoveredBy | undefined },
): Promise<AskedFunders> {
  const { sessionId } = input;
  const options: TxOptions = {
    environmentId: input.environmentId,
    actor: { kind: 'system', id: 'funders' },
  };
  // What a funder answers happened, whether or not a sandbox's clock has begun to move meanwhile.
  const written: TxOptions = { ...options, access: 'clock' };
  for (;;) {
    const claimed = await transact(host, options, async (tx) => ({
      kind: tx.environment.kind,
      asks: await claimAsks(tx, sessionId),
      session: await findSession(tx, { sessionId }),
    }));
    const { asks, kind, session } = claimed;
    if (asks.length === 0) return { outcome: isBeingConfirmed(session) ? 'pending' : 'over' };
    const answers = await Promise.all(
      asks.map(async (ask) => {
        const question = questionOf({ environment: { id: input.environmentId, kind, timeZone: '' } }, ask);
        return { ask, answer: await askDesk(desksOf(host), kind, question) };
      }),
    );
    const asked = await transact(host, written, (tx) => settle(tx, { ...input, answers }));
    if (asked !== 'ask_next') return asked;
  }
}

type Answered = { ask: Ask; answer: DeskAnswer };

async function settle(
  tx: Tx,
  input: { sessionId: string; covers?: CoveredBy | undefined; answers: readonly Answered[] },
): Promise<AskedFunders | 'ask_next'> {
  const { currency, shopperId } = await findSession(tx, input);
  const line = await lockLine(tx, shopperId ?? '', currency);
  const session = await lockSession(tx, input.sessionId);
  const settled: Answered[] = [];
  for (const answered of input.answers) {
    if (await settleAsk(tx, answered.ask, answered.answer)) settled.push(answered);
  }
  const [{ ask }] = input.answers as [Answered];
  const outcome = await conclude(tx, { session, line, holdId: ask.holdId, covers: input.covers });
  // Slots are locked before desks, as in a confirmation.
  for (const { ask: answered, answer } of settled)
    await countAnswer(tx, { funderId: answered.funderId, answered: answer.status !== 'unknown' });
  return outcome;
}

type Waiting = { session: CheckoutSession; line: CreditLine; covers: CoveredBy | undefined };

/** What the answers about one hold come to, as far as they are there. */
async function conclude(
  tx: Tx,
  input: Omit<Waiting, 'line'> & { line: CreditLine | undefined; holdId: string },
): Promise<AskedFunders | 'ask_next'> {
  const { session, line, holdId, covers } = input;
  const isWanted =
    session.fundersAskedAt !== null && session.holdId === holdId && !isOver(session, tx.wallNow);
  if (!line || !isWanted) {
    await withdrawAsks(tx, holdId);
    return { outcome: 'over' };
  }
  const asks = await listAsks(tx, holdId);
  if (asks.some(({ status }) => status === 'asked')) return { outcome: 'pending' };
  if (asks.every(({ status }) => status === 'accepted')) {
    return { outcome: 'accepted', confirmation: await accepted(tx, session) };
  }
  return passOn(tx, { session, line, covers });
}

function accepted(tx: Tx, session: CheckoutSession): Promise<Confirmation> {
  const { confirmedOffer: snapshot, paymentMethodId: methodId } = session;
  if (!snapshot || methodId === null) throw new Error(`session ${session.id} has nothing to confirm`);
  return goOn(tx, session, { snapshot, methodId, change: { funders_asked_at: null } });
}

/** Releases what was not accepted, and reserves with the next as far as the shopper's consent covers it. */
async function passOn(tx: Tx, { session, line, covers }: Waiting): Promise<AskedFunders | 'ask_next'> {
  const { confirmedOffer: agreed, holdId, paymentMethodId: methodId } = session;
  if (!agreed || holdId === null || methodId === null) throw new Error(`session ${session.id} holds nothing`);
  await releaseHold(tx, holdId, BigInt(agreed.financed), 'released');
  await withdrawAsks(tx, holdId);
  const opened = await reopen(tx, session);
  const unlocked = await lockLine(tx, line.shopperId, line.currency);
  const held =
    covers && unlocked && (await holdNext(tx, { session: opened, line: unlocked, agreed, covers }));
  if (!held) return { outcome: 'passed_on' };
  const { session: reserved, asksFunders, ...rest } = await reserve(tx, opened, { ...held, methodId });
  await keepAgreed(tx, reserved);
  return asksFunders ? 'ask_next' : { outcome: 'accepted', confirmation: { session: reserved, ...rest } };
}

async function holdNext(
  tx: Tx,
  input: { session: CheckoutSession; line: CreditLine; agreed: PlanSnapshot; covers: CoveredBy },
): Promise<Awaited<ReturnType<typeof holdWithFunder>> | undefined> {
  const { session, line, agreed, covers } = input;
  const merchant = await findMerchant(tx, session.merchantId);
  const assessment = await latestAssessment(tx, session.id);
  const { annualRatePpm = null, score } = assessment ?? {};
  if (score === undefined) return undefined;
  const terms = { session, merchant, annualRatePpm, repaymentDay: agreed.repayment_day };
  const facts = await factsForPurchase(tx, { shopperId: line.shopperId, terms });
  try {
    return await tx.sql.transaction(async (sql) => {
      const inner = { ...tx, sql };
      const held = await holdWithFunder(inner, {
        line,
        terms,
        planCode: agreed.code,
        sessionId: session.id,
        score,
        accepts: (next) => covers(inner, { agreed, next }),
      });
      requireProtected(facts, { terms, line, offer: held.offer });
      return held;
    });
  } catch (error) {
    const isRefusal = error instanceof GatewayError && nobodyElse.includes(error.code);
    if (isRefusal) return undefined;
    throw error;
  }
}

const nobodyElse: readonly string[] = ['funder_unavailable', 'limit_exceeded', 'state_conflict'];

/**
 * Covers a plan of another funder that the shopper has agreed to by name and that costs no more at any date. Whoever has
 * read an agreement has agreed to its words, and is asked again instead.
 */
export function coveredByConsents(shopperId: Id<'shp'>): CoveredBy {
  return async (tx, { agreed, next }) =>
    isNoDearer(agreed, next) &&
    (await missingConsents(tx, shopperId, ...fundersOf(next).map(({ id }) => id))).length === 0;
}

/** Whether the same purchase is paid on the same dates with no more at any of them. Pure. */
export function isNoDearer(agreed: PlanSnapshot, next: PlanSnapshot): boolean {
  return (
    next.code === agreed.code &&
    next.amount === agreed.amount &&
    next.down_payment === agreed.down_payment &&
    next.installments.length === agreed.installments.length &&
    next.installments.every((part, index) => {
      const before = agreed.installments[index];
      return before !== undefined && part.due_date === before.due_date && part.amount <= before.amount;
    })
  );
}

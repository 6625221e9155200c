import { type DrawChoices, drawChoices } from '../../../draws/choices.ts';
import { coolingOffUntil } from '../../../draws/cooling-off.ts';
import { findDraw, listDrawsOf } from '../../../draws/draws.ts';
import { drawMarket } from '../../../draws/market.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { listCards } from '../../../processor/payment-methods.ts';
import { missingConsents } from '../../../shoppers/consents.ts';
import { findIdentity } from '../../../shoppers/identity.ts';
import { unagreedFunders } from '../../funder-consents.ts';
import { shownWarning } from '../../parts/income-warning.tsx';
import { readAmount } from '../../read-amount.ts';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import { askedIn } from './asked.ts';
import { draftFor } from './draft.ts';
import { agreeView } from './views/agree.tsx';
import { type Comparison, compareView } from './views/compare.tsx';
import { identityView } from './views/identity.tsx';
import { outcomeView } from './views/outcome.tsx';

/** What could be drawn and, for an amount, what it costs with every funder over every term. */
export async function showDraws(tx: Tx, input: AccountInput): Promise<Page> {
  const { amount: typed } = input.req.query;
  return compare(tx, input, typeof typed === 'string' ? typed.slice(0, 30) : '');
}

async function compare(tx: Tx, input: AccountInput, typed: string, amount?: bigint): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  const market = await drawMarket(tx);
  const common = { draws: await listDrawsOf(tx, shopperId), cards: await listCards(tx, shopperId) };
  if (!market?.range) return compareView(input, { ...common, off: market?.market ?? 'nobody' });
  const { range, currency } = market;
  const asked = amount ?? (typed === '' ? undefined : readAmount(typed, currency));
  const isWrong = typed !== '' && (asked === undefined || asked < range.least || asked > range.most);
  const valid = isWrong ? undefined : asked;
  const choices: DrawChoices = await drawChoices(tx, { shopperId, market, amount: valid });
  const comparison: Comparison = {
    market: { ...market, range },
    typed,
    amount: valid,
    choices,
    coolingOffUntil: await coolingOffUntil(tx, shopperId),
    timeZone: tx.environment.timeZone,
  };
  const { notices } = textsOf[input.visit.locale];
  const limits = { least: input.money(range.least, currency), most: input.money(range.most, currency) };
  return compareView(isWrong ? { ...input, notice: notices.draw_amount(limits) } : input, {
    ...common,
    comparison,
  });
}

/**
 * One of the compared ways to be read and agreed to, once the shopper has proved who they are. What is not on offer any
 * more leads to the comparison.
 */
export async function showDrawAgreement(tx: Tx, input: AccountInput): Promise<Page> {
  const { visit, req } = input;
  const shopperId = visit.shopper.id;
  const asked = askedIn(req);
  const draft = asked && (await draftFor(tx, { shopperId, asked }));
  if (!asked || !draft || draft.declineCode !== null) {
    const gone = input.notice ?? textsOf[visit.locale].notices.draw_gone();
    return compare(tx, { ...input, notice: gone }, '', asked?.amount);
  }
  const consentsMissing = (await missingConsents(tx, shopperId)).length > 0;
  if (consentsMissing || !visit.shopper.isLevelThree) {
    const verifiedName = (await findIdentity(tx, shopperId))?.name;
    return identityView(input, { asked, consentsMissing, verifiedName });
  }
  const { warning: burden, ...drafted } = draft;
  const warning = burden && { burden, currency: draft.draft.currency, isDraw: true };
  return agreeView(input, {
    asked,
    ...drafted,
    warning: warning && shownWarning(tx.vault, visit.locale, warning),
    methods: await listCards(tx, shopperId),
    unagreed: await unagreedFunders(tx, shopperId, draft.draft),
  });
}

/** What became of a draw, read from what is stored: also after a reload, and when the bank answers late. */
export async function showDraw(tx: Tx, input: AccountInput): Promise<Page> {
  const { drawId } = input.req.params;
  if (!isId('drw', drawId)) throw new GatewayError('not_found', { detail: 'This is not the id of a draw.' });
  const shopperId = input.visit.shopper.id;
  const draw = await findDraw(tx, { drawId, shopperId });
  const cards = await listCards(tx, shopperId);
  return outcomeView(input, { draw, card: cards.find(({ id }) => id === draw.paymentMethodId) });
}

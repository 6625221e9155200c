import type { Id } from '../../../lib/ids.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import {
  type CeilingKind,
  listOwnLimits,
  lockPayingLater,
  ownLimitsOf,
  setOwnCeiling,
  unlockPayingLater,
} from '../../../protection/own-limits.ts';
import { giveConsents } from '../../../shoppers/consents.ts';
import { askEvidence, beginEvidence, finishEvidence, withdrawEvidence } from '../../../shoppers/evidence.ts';
import { type EvidenceItem, evidenceItems } from '../../../shoppers/evidence-port.ts';
import { declareIncome, mostIncomeDigits, removeIncome } from '../../../shoppers/income.ts';
import type { Result } from '../../answer-form.ts';
import { readConsentValue } from '../../checkout/consent-value.ts';
import { field, fields } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { readAmount } from '../../read-amount.ts';
import type { NoticeCode } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import { listOwnCurrencies } from './facts.ts';

/** So long a shopper waits for an outside party; whoever takes longer did not answer. */
const patienceMs = 3_000;

/** What was typed into a form that was refused is shown again, but nothing longer than anybody types. */
const longestTyped = 30;

/** Locks paying later at once; also who was about to unlock it stays locked. */
export async function lockFromAccount(action: AccountAction): Promise<Result> {
  await inVisit(action.context, action.visit, (tx) => lockPayingLater(tx, action.visit.shopper.id));
  return back(action, 'own_locked');
}

export async function unlockFromAccount(action: AccountAction): Promise<Result> {
  await inVisit(action.context, action.visit, (tx) => unlockPayingLater(tx, action.visit.shopper.id));
  return back(action, 'own_unlocking');
}

const ceilings: readonly { kind: CeilingKind; invalid: NoticeCode }[] = [
  { kind: 'purchase', invalid: 'own_purchase_invalid' },
  { kind: 'total', invalid: 'own_total_invalid' },
];

/** Sets both ceilings as they were typed; one that was left as it is keeps also what waits for its time. */
export async function setCeilings(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const shopperId = visit.shopper.id;
  const typed = { purchase: typedIn(action, 'purchase'), total: typedIn(action, 'total') };
  const notice = await inVisit(context, visit, async (tx): Promise<NoticeCode> => {
    const currency = await currencyIn(tx, action);
    const wished: { kind: CeilingKind; amount: bigint | null }[] = [];
    for (const { kind, invalid } of ceilings) {
      const text = field(req, kind).trim();
      const amount = text === '' ? null : readAmount(text, currency);
      if (amount === undefined || amount === 0n) return invalid;
      wished.push({ kind, amount });
    }
    const current = ownLimitsOf(await listOwnLimits(tx, shopperId), currency);
    let waits = false;
    for (const { kind, amount } of wished) {
      if (amount === current[kind]) continue;
      const from = await setOwnCeiling(tx, { shopperId, kind, currency, amount });
      waits ||= from === 'later';
    }
    return waits ? 'own_ceiling_later' : 'own_ceiling_now';
  });
  return back(action, notice, notice.endsWith('_invalid') ? typed : undefined);
}

/** What waits for its time does not come: the ceiling stays what it is. */
export async function keepCeiling(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const shopperId = visit.shopper.id;
  await inVisit(context, visit, async (tx) => {
    const currency = await currencyIn(tx, action);
    const asked = ceilings.find(({ kind }) => kind === field(req, 'kind'));
    if (!asked) return;
    const { kind } = asked;
    const amount = ownLimitsOf(await listOwnLimits(tx, shopperId), currency)[kind];
    await setOwnCeiling(tx, { shopperId, kind, currency, amount });
  });
  return back(action, 'own_ceiling_now');
}

export async function declareFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const typed = { income: typedIn(action, 'income'), pay_day: typedIn(action, 'pay_day') };
  const notice = await inVisit(context, visit, async (tx): Promise<NoticeCode> => {
    const currency = await currencyIn(tx, action);
    const amount = readAmount(field(req, 'income'), currency);
    if (amount === undefined || String(amount).length > mostIncomeDigits) return 'income_invalid';
    const payDay = readPayDay(field(req, 'pay_day'));
    if (payDay === undefined) return 'pay_day_invalid';
    const kept = await declareIncome(tx, { shopperId: visit.shopper.id, amount, currency, payDay });
    return kept === 'declared' ? 'income_kept' : 'income_too_often';
  });
  return back(action, notice, notice === 'income_kept' ? undefined : typed);
}

/** Null where nothing was typed, undefined where it is no day of a month. */
function readPayDay(text: string): number | null | undefined {
  const day = text.normalize('NFKC').trim();
  if (day === '') return null;
  return /^(?:0?[1-9]|[12][0-9]|3[01])$/.test(day) ? Number(day) : undefined;
}

export async function removeFromAccount(action: AccountAction): Promise<Result> {
  await inVisit(action.context, action.visit, (tx) => removeIncome(tx, action.visit.shopper.id));
  return back(action, 'income_removed');
}

/** Keeps the consent, if one was ticked, and asks: the provider between two transactions. */
export async function askFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit, req } = action;
  const shopperId = visit.shopper.id;
  const item = itemIn(action);
  if (!item) return back(action, 'evidence_consent');
  const given = fields(req, 'consent')
    .map(readConsentValue)
    .filter(({ purpose }) => purpose === `evidence:${item}`);
  try {
    const begun = await inVisit(context, visit, async (tx) => {
      await giveConsents(tx, { shopperId, locale: visit.locale, given });
      return beginEvidence(tx, { shopperId, item });
    });
    if (begun.outcome !== 'begun') return back(action, noticeOf[begun.outcome]);
    const { request } = begun;
    const reply = await askEvidence(request, { timeoutMs: patienceMs });
    const outcome = await inVisit(context, visit, (tx) => finishEvidence(tx, { request, reply }));
    return back(action, noticeOf[outcome]);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'state_conflict') throw error;
    return back(action, 'text_changed');
  }
}

const noticeOf = {
  nobody_to_ask: 'evidence_unavailable',
  no_consent: 'evidence_consent',
  known: 'evidence_answered',
  too_soon: 'evidence_too_soon',
  answered: 'evidence_answered',
  not_found: 'evidence_not_found',
  unavailable: 'evidence_unavailable',
  withdrawn: 'evidence_withdrawn',
} as const satisfies Record<string, NoticeCode>;

export async function withdrawFromAccount(action: AccountAction): Promise<Result> {
  const { context, visit } = action;
  const shopperId: Id<'shp'> = visit.shopper.id;
  const item = itemIn(action);
  if (item) await inVisit(context, visit, (tx) => withdrawEvidence(tx, { shopperId, item }));
  return back(action, 'evidence_withdrawn');
}

function itemIn({ req }: AccountAction): EvidenceItem | undefined {
  return evidenceItems.find((item) => item === req.params.item);
}

/** The form's currency, if it is one of the shopper's; else the one that the page shows first. */
async function currencyIn(tx: Tx, { visit, req }: AccountAction): Promise<string> {
  const currencies = await listOwnCurrencies(tx, visit.shopper.id);
  const asked = field(req, 'currency');
  const currency = currencies.find((code) => code === asked) ?? currencies[0];
  if (currency === undefined)
    throw new GatewayError('unavailable', { detail: 'Nobody lends anything here.' });
  return currency;
}

function typedIn({ req }: AccountAction, name: string): string {
  return field(req, name).slice(0, longestTyped);
}

function back({ visit, req }: AccountAction, notice: NoticeCode, typed?: Record<string, string>): Result {
  const currency = field(req, 'currency');
  const query = /^[A-Z]{3}$/.test(currency) ? `?currency=${currency}` : '';
  return {
    to: `${visit.place.path}/own-limits${query}`,
    memory: say(visit, notice, typed && { typed }),
  };
}

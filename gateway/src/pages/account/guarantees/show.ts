import { dateIn } from '../../../lib/dates.ts';
import { readTexts } from '../../../shoppers/kept-texts.ts';
import type { Tx } from '../../../lib/tx.ts';
import { guaranteeNotFound } from '../../../credit/guarantees/guarantees.ts';
import { guaranteeActions } from '../../../credit/guarantees/state.ts';
import { guaranteeTerms } from '../../../credit/guarantees/terms.ts';
import { findIdentity } from '../../../shoppers/identity.ts';
import { listCards } from '../../../processor/payment-methods.ts';
import { missingConsents } from '../../../shoppers/consents.ts';
import { readAmount } from '../../read-amount.ts';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import { readGuarantee, readGuarantees, readVouching } from './facts.ts';
import { type AskedVouch, askedIn, guaranteeIdOf, monthsIn } from './paths.ts';
import { acceptView } from './views/accept.tsx';
import { identityView } from './views/identity.tsx';
import { listView } from './views/list.tsx';
import { offerView } from './views/offer.tsx';
import { oneView } from './views/one.tsx';

/** Everything that a shopper stands in, what waits for them, and whether and how they may vouch for somebody. */
export async function showGuarantees(tx: Tx, input: AccountInput): Promise<Page> {
  return list(tx, input);
}

async function list(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  return listView(input, {
    ...(await readGuarantees(tx, shopperId)),
    vouching: await readVouching(tx, shopperId),
  });
}

/** An offer with what it can cost, to be read and agreed to once the shopper has proved who they are. */
export async function showOffer(tx: Tx, input: AccountInput): Promise<Page> {
  const { visit, req } = input;
  const shopperId = visit.shopper.id;
  const vouching = await readVouching(tx, shopperId);
  const asked = askedIn(req) ?? (vouching && typedIn(input, vouching.currency));
  if (!vouching || vouching.obstacle)
    return list(tx, { ...input, notice: noticeOf(input, 'guarantee_not_now') });
  if (!asked || asked.cap < vouching.least || asked.cap > vouching.most)
    return list(tx, { ...input, notice: noticeOf(input, 'guarantee_amount') });
  const identity = await identityPage(tx, input, { asked });
  if (identity) return identity;
  return offerView(input, {
    asked,
    terms: guaranteeTerms({
      currency: vouching.currency,
      cap: asked.cap,
      months: asked.months,
      offeredOn: dateIn(tx.environment.timeZone, tx.now),
    }),
    methods: await listCards(tx, shopperId),
  });
}

/** The amount as somebody typed it into the form of the first page. */
function typedIn({ req }: AccountInput, currency: string): AskedVouch | undefined {
  const { sum: typed, months: named } = req.query;
  const months = monthsIn(named);
  const cap = typeof typed === 'string' ? readAmount(typed.slice(0, 30), currency) : undefined;
  return months === undefined || cap === undefined ? undefined : { cap, months };
}

/** What was said of the last form comes first. */
function noticeOf(
  { visit, notice }: AccountInput,
  code: 'guarantee_not_now' | 'guarantee_amount',
): NonNullable<AccountInput['notice']> {
  return notice ?? textsOf[visit.locale].notices[code]();
}

async function identityPage(
  tx: Tx,
  input: AccountInput,
  about: { asked: AskedVouch } | { guaranteeId: string },
): Promise<Page | undefined> {
  const { shopper } = input.visit;
  const consentsMissing = (await missingConsents(tx, shopper.id)).length > 0;
  if (!consentsMissing && shopper.isLevelThree) return undefined;
  const verifiedName = (await findIdentity(tx, shopper.id))?.name;
  return identityView(input, { ...about, consentsMissing, verifiedName });
}

/** One guarantee, as the side sees it that is looking. */
export async function showGuarantee(tx: Tx, input: AccountInput): Promise<Page> {
  const seen = await readGuarantee(tx, {
    guaranteeId: guaranteeIdOf(input.req),
    shopperId: input.visit.shopper.id,
  });
  const { guarantee, role } = seen;
  const [agreed] = role === 'guarantor' ? guarantee.guarantorTexts : guarantee.debtorTexts;
  const kept = agreed && (await readTexts(tx, [agreed.text_hash])).get(agreed.text_hash);
  return oneView(input, { ...seen, agreedText: kept, timeZone: tx.environment.timeZone });
}

/** An offer to be agreed to by the one who is invited, once they have proved who they are. */
export async function showAccept(tx: Tx, input: AccountInput): Promise<Page> {
  const guaranteeId = guaranteeIdOf(input.req);
  const seen = await readGuarantee(tx, { guaranteeId, shopperId: input.visit.shopper.id });
  if (!guaranteeActions(seen.guarantee, seen.role).includes('accept')) throw guaranteeNotFound();
  return (await identityPage(tx, input, { guaranteeId })) ?? acceptView(input, seen);
}

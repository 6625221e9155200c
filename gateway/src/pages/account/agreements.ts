import { type Agreement, listAgreementsOf } from '../../agreements/agreements.ts';
import { endAgreement } from '../../agreements/end.ts';
import { dateIn } from '../../lib/dates.ts';
import { GatewayError } from '../../lib/errors.ts';
import { isId } from '../../lib/ids.ts';
import { sum } from '../../lib/money.ts';
import type { Tx } from '../../lib/tx.ts';
import { findMerchant } from '../../merchants/merchants.ts';
import { latestAssessment } from '../../pay-score/assessments.ts';
import { listCards } from '../../processor/payment-methods.ts';
import { listOverdue } from '../../repayments/overdue.ts';
import type { Result } from '../answer-form.ts';
import { say } from '../memory.ts';
import { inVisit } from '../page-visit.ts';
import type { Page } from '../send-page.tsx';
import type { AccountAction } from './action.ts';
import type { AccountInput } from './view.tsx';
import { agreementsView, type Permission } from './views/agreements.tsx';

/** Which shops may take orders without asking, and which could. */
export async function showAgreements(tx: Tx, input: AccountInput): Promise<Page> {
  const shopperId = input.visit.shopper.id;
  const methods = await listCards(tx, shopperId);
  const permissions: Permission[] = [];
  for (const agreement of await listAgreementsOf(tx, shopperId)) {
    const { name: shop } = await findMerchant(tx, agreement.merchantId);
    const card = methods.find(({ id }) => id === agreement.paymentMethodId);
    permissions.push({
      agreement,
      shop,
      card,
      ...datesOf(tx, agreement),
      refusal: await refusalOf(tx, agreement),
    });
  }
  return agreementsView(input, permissions);
}

function datesOf(tx: Tx, { agreedAt, endedAt }: Agreement): Pick<Permission, 'agreedOn' | 'endedOn'> {
  const { timeZone } = tx.environment;
  return {
    agreedOn: agreedAt && dateIn(timeZone, agreedAt),
    endedOn: endedAt && dateIn(timeZone, endedAt),
  };
}

/** The shopper was not there when an order was refused, so this is where they are told why, while it is still so. */
async function refusalOf(tx: Tx, agreement: Agreement): Promise<Permission['refusal']> {
  if (agreement.status === 'ended') return undefined;
  const assessment = await latestAssessment(tx, agreement.id);
  if (assessment?.outcome !== 'declined') return undefined;
  const { shopperId, currency } = assessment;
  const overdue = sum((await listOverdue(tx, { shopperId, currency })).map(({ amount }) => amount));
  return assessment.declineCode === 'overdue' && overdue === 0n ? undefined : { assessment, overdue };
}

/** Ends an agreement at once. Whose it is decides; ending it again changes nothing. */
export async function endFromAccount({ context, visit, req }: AccountAction): Promise<Result> {
  const { agreementId } = req.params;
  if (!isId('agr', agreementId)) throw new GatewayError('not_found', { detail: 'This is no agreement.' });
  await inVisit(context, visit, (tx) =>
    endAgreement(tx, { agreementId, shopperId: visit.shopper.id, by: 'shopper' }),
  );
  return { to: `${visit.place.path}/agreements`, memory: say(visit, 'agreement_ended') };
}

import type { VNode } from 'preact';
import { GatewayError } from '../../../lib/errors.ts';
import { formatMoney, formatPercent } from '../../../notifications/format.ts';
import { isRefundedTooMuch, refundShareDays } from '../../../settlement/refund-share.ts';
import { releaseRefunds } from '../../../settlement/release-refunds.ts';
import { field } from '../../forms.ts';
import { Facts } from '../../parts/facts.tsx';
import { PostForm } from '../../parts/form.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import type { ConsoleAction, Done } from '../act.ts';
import { audit, may } from '../input.ts';
import { consolePath } from '../paths.ts';
import { inConsole } from '../visit.ts';
import type { MerchantProps } from './one.tsx';

const longestWhy = 500;

/** Lets the payouts of a merchant go that wait because of its refunds, with the reason, which the audit log keeps, too. */
export async function releaseRefundHold({ context, visit, req }: ConsoleAction): Promise<Done> {
  const merchantId = String(req.params.merchantId);
  const why = field(req, 'note').trim();
  const to = `${consolePath(visit.environment.id, 'merchants')}/${merchantId}`;
  if (why === '' || why.length > longestWhy) return { to, said: 'merchant_why' };
  try {
    await inConsole(context, visit, async (tx) => {
      await releaseRefunds(tx, { merchantId, operatorId: visit.operator.id, reason: why });
      await audit(tx, visit, 'refunds_released', { objectId: merchantId, details: { why } });
    });
    return { to, said: 'refunds_released' };
  } catch (error) {
    // Somebody else was faster, or the share has fallen; the page shows how it is.
    if (error instanceof GatewayError && error.code === 'state_conflict') return { to };
    throw error;
  }
}

/** What of a merchant's sales was refunded lately, whether that holds its payouts, and the form that lets them go. */
export function Refunds({ input, dossier }: MerchantProps): VNode {
  const { locale } = input.visit;
  const t = input.t.merchants;
  const { merchant, refundShare: share, terms } = dossier;
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: merchant.currency });
  const bound = terms.refundHoldBasisPoints;
  const holds = isRefundedTooMuch(share, terms);
  return (
    <section class="card" aria-labelledby="refunds-heading">
      <h2 id="refunds-heading">{t.refunds}</h2>
      <Facts
        facts={[
          [
            t.refundsOf(String(refundShareDays)),
            t.refundsShare(money(share.refunded), money(share.captured)),
          ],
          [t.refundsCounted, `${share.refunds} / ${share.captures}`],
          [t.refundsBound, bound === 0 ? t.none : formatPercent(locale, bound / 100)],
        ]}
      />
      <p>{holds ? t.refundsHold : t.refundsFree}</p>
      {holds && may(input, 'payouts') && (
        <PostForm
          action={`${consolePath(input.visit.environment.id, 'merchants')}/${merchant.id}/release-refunds`}
          token={input.token}
          class="step"
        >
          <p class="hint">{t.releaseRefundsHint}</p>
          <MessageText name="note" label={t.why} hint={t.whyHint} rows={3} maxlength={longestWhy} />
          <button class="button quiet" type="submit">
            {t.releaseRefunds}
          </button>
        </PostForm>
      )}
    </section>
  );
}

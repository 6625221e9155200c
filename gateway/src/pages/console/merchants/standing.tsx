import type { VNode } from 'preact';
import { GatewayError } from '../../../lib/errors.ts';
import type { Merchant } from '../../../merchants/merchants.ts';
import { changeMerchantStatus } from '../../../merchants/change-status.ts';
import { field } from '../../forms.ts';
import { PostForm } from '../../parts/form.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import type { ConsoleAction, Done } from '../act.ts';
import { audit, type ConsoleInput, may } from '../input.ts';
import { consolePath } from '../paths.ts';
import { inConsole } from '../visit.ts';

const longestWhy = 500;

/** Suspends a merchant or lifts that, with the reason, which the audit log keeps. */
export async function changeStanding({ context, visit, req }: ConsoleAction): Promise<Done> {
  const merchantId = String(req.params.merchantId);
  const status = field(req, 'status') === 'suspended' ? 'suspended' : 'active';
  const why = field(req, 'note').trim();
  const to = `${consolePath(visit.environment.id, 'merchants')}/${merchantId}`;
  if (why === '' || why.length > longestWhy) return { to, said: 'merchant_why' };
  const action = status === 'suspended' ? 'merchant_suspended' : 'merchant_resumed';
  try {
    await inConsole(context, visit, async (tx) => {
      await changeMerchantStatus(tx, { merchantId, status });
      await audit(tx, visit, action, { objectId: merchantId, details: { why } });
    });
    return { to, said: action };
  } catch (error) {
    // Somebody else was faster, and the page shows what they did.
    if (error instanceof GatewayError && error.code === 'state_conflict') return { to };
    throw error;
  }
}

/** The form that suspends a merchant or lifts that, for whoever lets payouts go. */
export function Standing({ input, merchant }: { input: ConsoleInput; merchant: Merchant }): VNode | null {
  if (!may(input, 'payouts')) return null;
  const t = input.t.merchants;
  const isSuspended = merchant.status === 'suspended';
  const path = `${consolePath(input.visit.environment.id, 'merchants')}/${merchant.id}/status`;
  return (
    <details class="card" open={input.said === 'merchant_why'}>
      <summary>{isSuspended ? t.resume : t.suspend}</summary>
      <PostForm action={path} token={input.token} class="step">
        <p class="hint">{isSuspended ? t.resumeHint : t.suspendHint}</p>
        <input type="hidden" name="status" value={isSuspended ? 'active' : 'suspended'} />
        <MessageText name="note" label={t.why} hint={t.whyHint} rows={3} maxlength={longestWhy} />
        <button class="button quiet" type="submit">
          {isSuspended ? t.resume : t.suspend}
        </button>
      </PostForm>
    </details>
  );
}

import type { VNode } from 'preact';
import type { CashDraw } from '../../../../draws/draws.ts';
import type { PaymentMethod } from '../../../../processor/payment-methods.ts';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, cardName } from '../../view.tsx';
import { comparisonPath, drawsPath } from '../asked.ts';

type Outcome = { draw: CashDraw; card: PaymentMethod | undefined };

/** Sent, with the way to its plan; not sent, with the reason; or still on its way. */
export function outcomeView(input: AccountInput, { draw, card }: Outcome): Page {
  const { visit, money } = input;
  const { path } = visit.place;
  const t = textsOf[visit.locale].draws;
  const { outcome } = t;
  const facts = [money(draw.amount, draw.currency), card ? cardName(input, card) : ''] as const;
  const title = {
    requested: outcome.requestedTitle,
    paid_out: outcome.paidTitle,
    failed: outcome.failedTitle,
  }[draw.status];
  const link = (address: string, text: string): VNode => (
    <p>
      <a class="button" href={address}>
        {text}
      </a>
    </p>
  );
  const bodies: Record<CashDraw['status'], () => VNode> = {
    requested: () => (
      <section class="card">
        <p>{outcome.requested(...facts)}</p>
        {link(`${drawsPath(path)}/${draw.id}`, outcome.again)}
      </section>
    ),
    paid_out: () => (
      <section class="card">
        <p role="status">{outcome.paid(...facts)}</p>
        {link(`${path}/plans/${draw.planId}`, outcome.plan)}
      </section>
    ),
    failed: () => (
      <section class="card">
        <p role="alert">{outcome.failed(...facts)}</p>
        <p>{outcome.reasons[reasonOf(draw.failureCode)]}</p>
        {link(comparisonPath(path, draw.amount, draw.currency), outcome.retry)}
      </section>
    ),
  };
  return {
    title,
    hasProblem: draw.status === 'failed',
    body: (
      <AccountFrame input={input} title={title}>
        {bodies[draw.status]()}
        <p>
          <a href={path}>{input.t.plan.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function reasonOf(code: string | null): 'declined' | 'expired' | 'other' {
  switch (code ?? 'unknown') {
    case 'payout_method_declined':
    case 'payout_method_unsupported':
      return 'declined';
    case 'payout_method_expired':
      return 'expired';
    default:
      return 'other';
  }
}

import { isOpen } from '../../../repayments/methods.ts';
import { formatMediumDate } from '../../format.ts';
import { Shipments } from '../../parts/shipments.tsx';
import { planName } from '../../parts/plan-picture.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { debtName } from '../debt-name.ts';
import { DisputeSection } from '../disputes/section.tsx';
import { LateHelp } from '../late/late-help.tsx';
import type { Ownership } from '../ownership.ts';
import { ReturnSection } from '../returns/section.tsx';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { CardSection } from './card.tsx';
import { History } from './history.tsx';
import { Outcome } from './outcome.tsx';
import { PayoffSection, PaySection } from './pay.tsx';
import type { PlanInput } from './plan-input.ts';
import { Schedule } from './schedule.tsx';

/** One plan: what became of the last payment, paying, the dates as they stand, the card, the agreement. */
export function planView(input: AccountInput, about: PlanInput): Page {
  const { t, visit, money, req } = input;
  const { debt, payoff, repayments, methods } = about;
  const { plan } = debt;
  const pending = repayments.find(({ status }) => status === 'pending');
  const told = repayments.find(({ id }) => id === req.query.repayment && id !== pending?.id);
  const card = methods.find(({ id }) => id === plan.paymentMethodId);
  const title = debtName(input, debt);
  const amount = money(BigInt(plan.snapshot.amount), plan.currency);
  const subject = plan.drawId === null ? t.plan.order(amount) : t.plan.cashOf(amount);
  return {
    title,
    hasProblem: hasProblem(input) || told?.status === 'failed',
    body: (
      <AccountFrame
        input={input}
        title={title}
        intro={`${planName(visit.locale, plan.snapshot)} · ${subject}`}
      >
        {told && <Outcome input={input} repayment={told} />}
        {pending && pending.guaranteeId === null && <Outcome input={input} repayment={pending} />}
        {pending && pending.guaranteeId !== null && (
          <p class="notice">{textsOf[visit.locale].guarantees.planWaits}</p>
        )}
        {payoff.total > 0n && !pending && <PaySection input={input} about={about} card={card} />}
        <LateHelp input={input} facts={about.late} />
        <Schedule input={input} debt={debt} />
        <p>{ownedBy(input, about.ownership)}</p>
        {payoff.total > 0n && <PayoffSection input={input} about={about} />}
        {(isOpen(plan) || payoff.friend > 0n) && (
          <CardSection input={input} about={about} card={card} open={told?.status === 'failed'} />
        )}
        {about.disputes && <Shipments {...about.disputes} locale={visit.locale} />}
        <ReturnSection input={input} facts={about.returns} />
        <DisputeSection input={input} facts={about.disputes} />
        {repayments.length > 0 && <History input={input} about={about} />}
        <p class="asides">
          <a href={`${visit.place.path}/plans/${plan.id}/agreement`}>{t.plan.document}</a>
          <a href={`${visit.place.path}/cases/new?about=${plan.orderId ?? plan.id}`}>
            {textsOf[visit.locale].cases.askLink}
          </a>
          <a href={visit.place.path}>{t.plan.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

/** Plans may change hands; the shopper always sees whose it is what they owe. */
function ownedBy({ t, visit }: AccountInput, { owners, since }: Ownership): string {
  const names = new Intl.ListFormat(visit.locale, { type: 'conjunction' }).format(owners);
  return since === undefined
    ? t.plan.owner(names)
    : t.plan.ownerSince(names, formatMediumDate(visit.locale, since));
}

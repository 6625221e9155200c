import type { VNode } from 'preact';
import type { Advice } from '../../checkout/advice/advise.ts';
import { formatMoney } from '../../notifications/format.ts';
import type { Assessment } from '../../pay-score/assessments.ts';
import type { Locale } from '../../shoppers/profile.ts';
import type { AdviceFacts } from '../advice-facts.ts';
import { textsOf } from '../texts/language.ts';
import { stepText } from './score.tsx';

type Props = {
  locale: Locale;
  assessment: Pick<Assessment, 'currency' | 'drawId' | 'agreementId'>;
  facts: AdviceFacts | undefined;
  /** What is true of this reason whatever the figures are. */
  always: readonly string[];
  /** The account's address, below which plans are. */
  account: string;
  /** Where the first part may be chosen, the button for it. */
  downForm?: ((down: NonNullable<Advice['down']>) => VNode) | undefined;
};

/** What the shopper can do after a decline: what the rules themselves answered, each with where to do it. */
export function NextSteps(props: Props): VNode {
  const { locale, facts, always } = props;
  const t = textsOf[locale].declined;
  const { advice } = facts ?? {};
  const isChecked = advice && Object.values(advice).some((part) => part !== null);
  return (
    <>
      <ul class="next-steps">
        {advice?.amount != null && <li>{amountText(props, advice.amount)}</li>}
        {advice?.down && <Down {...props} down={advice.down} />}
        {facts && <Pay {...props} facts={facts} />}
        {advice?.behaviour && <Behave {...props} behaviour={advice.behaviour} />}
        {always.map((text) => (
          <li>{text}</li>
        ))}
      </ul>
      {isChecked && <p class="hint">{t.checked}</p>}
    </>
  );
}

function amountText({ locale, assessment }: Props, amount: number): string {
  const { steps } = textsOf[locale].declined;
  const money = formatMoney(locale, { amount: BigInt(amount), currency: assessment.currency });
  if (assessment.drawId !== null) return steps.drawAmount(money);
  return assessment.agreementId === null ? steps.amount(money) : steps.orderAmount(money);
}

function Down(props: Props & { down: NonNullable<Advice['down']> }): VNode {
  const { locale, assessment, down, downForm } = props;
  const amount = formatMoney(locale, { amount: BigInt(down.amount), currency: assessment.currency });
  return (
    <li>
      {textsOf[locale].declined.steps.down(String(down.percent), amount)}
      {downForm?.(down)}
    </li>
  );
}

function Pay({ locale, account, facts }: Props & { facts: AdviceFacts }): VNode | null {
  const t = textsOf[locale].declined.steps;
  const { pay } = facts.advice;
  if (!pay) return null;
  const items = pay.map(({ planId, amount, currency, all }) => {
    const shop = facts.shops.get(planId);
    return {
      href: `${account}/plans/${planId}`,
      purchase: shop === undefined ? t.draw : t.purchaseAt(shop),
      amount: formatMoney(locale, { amount: BigInt(amount), currency }),
      all,
    };
  });
  const [first] = items;
  if (items.length === 1 && first) {
    const say = first.all ? t.payAll : t.pay;
    return (
      <li>
        <a href={first.href}>{say(first.amount, first.purchase)}</a>
      </li>
    );
  }
  return (
    <li>
      {t.paySeveral}
      <ul>
        {items.map(({ href, amount, purchase }) => (
          <li>
            <a href={href}>{t.paySeveralItem(amount, purchase)}</a>
          </li>
        ))}
      </ul>
    </li>
  );
}

function Behave(props: Props & { behaviour: NonNullable<Advice['behaviour']> }): VNode {
  const { locale, assessment, behaviour } = props;
  const t = textsOf[locale].declined.steps;
  const { steps, score, pay } = behaviour;
  const amount = pay && formatMoney(locale, { amount: BigInt(pay), currency: assessment.currency });
  return (
    <li>
      {t.behaviour(stepText(locale, { behaviour: steps }), String(score))}
      {amount && t.behaviourPay(amount)}
    </li>
  );
}

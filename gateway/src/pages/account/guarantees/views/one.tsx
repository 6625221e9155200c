import type { VNode } from 'preact';
import { guaranteeActions, lapsesOn, reconsiderUntil } from '../../../../credit/guarantees/state.ts';
import { addDays, dateIn } from '../../../../lib/dates.ts';
import { formatDate } from '../../../../notifications/format.ts';
import { formatInstant } from '../../../format.ts';
import { PostForm } from '../../../parts/form.tsx';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../../view.tsx';
import type { SeenWhole } from '../facts.ts';
import { guaranteePath, guaranteesPath } from '../paths.ts';
import { plainAmount } from '../../draws/asked.ts';
import { CallCard } from './call-card.tsx';
import { Calls } from './calls.tsx';
import { Exposure, GuaranteeText } from './parts.tsx';

export type Shown = SeenWhole & { agreedText: string | undefined; timeZone: string };

type Props = { input: AccountInput; shown: Shown };

/** Where a guarantee stands, what is late under it, what was paid and is owed back, and what this side may do. */
export function oneView(input: AccountInput, shown: Shown): Page {
  const { visit } = input;
  const { guarantee, role, phone } = shown;
  const t = textsOf[visit.locale].guarantees;
  const isOffer = guarantee.status === 'offered';
  const title = `${t.who[role]} ${phone}`;
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={title}>
        <section class="card" aria-labelledby="stands-heading">
          <p class="eyebrow">{t.statuses[guarantee.status]}</p>
          <h2 id="stands-heading">{t.pictureHeading}</h2>
          <p>{saidOf({ input, shown })}</p>
          {!isOffer && <Exposure input={input} seen={shown} />}
        </section>
        <Warnings input={input} shown={shown} />
        <Claim input={input} shown={shown} />
        <Actions input={input} shown={shown} />
        {role === 'guarantor' && shown.calls.length > 0 && <Calls input={input} shown={shown} />}
        {role === 'guarantor' && <CallCard input={input} shown={shown} />}
        <Facts input={input} shown={shown} />
        {isOffer && role === 'debtor' ? (
          <GuaranteeText input={input} terms={guarantee.terms} />
        ) : (
          <Agreed input={input} shown={shown} />
        )}
        <p>
          <a href={guaranteesPath(visit.place.path)}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function saidOf({ input, shown }: Props): string {
  const { locale } = input.visit;
  const { guarantee, role, inUse, timeZone } = shown;
  const t = textsOf[locale].guarantees;
  const covered = inUse > 0n ? ` ${t.stillCovered(input.money(inUse, guarantee.currency))}` : '';
  const until = reconsiderUntil(guarantee);
  switch (guarantee.status) {
    case 'offered': {
      const last = formatDate(locale, addDays(lapsesOn(guarantee), -1));
      return role === 'guarantor' ? t.said.offered(last) : t.said.offeredDebtor(last);
    }
    case 'accepted':
      return t.said.accepted(until ? formatInstant(locale, until, timeZone) : '');
    case 'active':
      return t.said.active(formatDate(locale, guarantee.expiresOn));
    case 'called':
      return t.said.called + covered;
    case 'ended':
    case 'expired':
    default:
      return (guarantee.activeAt === null ? t.said.never : t.said.ended) + covered;
  }
}

function Warnings({ input, shown }: Props): VNode | null {
  const { visit, money } = input;
  const { warnings, role, guarantee } = shown;
  const t = textsOf[visit.locale].guarantees;
  if (warnings.length === 0) return null;
  return (
    <section class="card" aria-labelledby="warning-heading">
      <h2 id="warning-heading">{t.warningHeading}</h2>
      {warnings.map(({ amount, callOn, planId }) => {
        const said = [money(amount, guarantee.currency), formatDate(visit.locale, callOn)] as const;
        return role === 'guarantor' ? (
          <p>{t.warning(...said)}</p>
        ) : (
          <>
            <p>{t.warningDebtor(...said)}</p>
            <p>
              <a class="button" href={`${visit.place.path}/plans/${planId}`}>
                {t.toPlan}
              </a>
            </p>
          </>
        );
      })}
    </section>
  );
}

/** What the debtor owes to the friend; for the debtor with the way to pay it. */
function Claim({ input, shown }: Props): VNode | null {
  const { visit } = input;
  const { claim, calls, role, guarantee } = shown;
  const t = textsOf[visit.locale].guarantees;
  if (claim === 0n) return null;
  const money = (amount: bigint): string => input.money(amount, guarantee.currency);
  if (role === 'guarantor') return <p class="notice">{t.claim(money(claim))}</p>;
  const open = calls.filter((call) => call.claim > 0n);
  const plans = [...new Set(open.map(({ planId }) => planId))];
  return (
    <section class="card" aria-labelledby="claim-heading">
      <h2 id="claim-heading">{t.paid}</h2>
      <p>{t.claimDebtor(money(claim))}</p>
      {plans.map((planId) => {
        const owed = open
          .filter((call) => call.planId === planId)
          .reduce((total, call) => total + call.claim, 0n);
        return (
          <p>
            <a class="button" href={`${visit.place.path}/plans/${planId}/payment?sum=${plain(shown, owed)}`}>
              {t.payBack(money(owed))}
            </a>
          </p>
        );
      })}
    </section>
  );
}

function plain({ guarantee }: Shown, amount: bigint): string {
  return plainAmount(amount, guarantee.currency);
}

/** One form for each thing that this side may do now. */
function Actions({ input, shown }: Props): VNode | null {
  const { visit, token } = input;
  const { guarantee, role } = shown;
  const t = textsOf[visit.locale].guarantees;
  const path = guaranteePath(visit.place.path, guarantee.id);
  const actions = guaranteeActions(guarantee, role);
  if (actions.length === 0) return null;
  const hint = actions.includes('end') ? t.endHint : t.withdrawHint;
  return (
    <section class="card" aria-label={t.title}>
      {actions.includes('accept') && (
        <p>
          <a class="button" href={`${path}/accept`}>
            {t.accept}
          </a>
        </p>
      )}
      {actions
        .filter((action) => action !== 'accept')
        .map((action) => (
          <PostForm action={`${path}/end`} token={token}>
            <input type="hidden" name="action" value={action} />
            <button class="button quiet" type="submit" aria-describedby="end-hint">
              {t[action]}
            </button>
          </PostForm>
        ))}
      <p class="hint" id="end-hint">
        {hint}
      </p>
    </section>
  );
}

function Facts({ input, shown }: Props): VNode {
  const { locale } = input.visit;
  const { guarantee, timeZone } = shown;
  const t = textsOf[locale].guarantees;
  const on = (instant: Date | null): string | null =>
    instant && formatDate(locale, dateIn(timeZone, instant));
  const rows: [string, string | null][] = [
    [t.cap, input.money(guarantee.cap, guarantee.currency)],
    [t.until, formatDate(locale, guarantee.expiresOn)],
    [t.offeredOn, formatDate(locale, guarantee.offeredOn)],
    [t.acceptedOn, on(guarantee.acceptedAt)],
    [t.activeOn, on(guarantee.activeAt)],
    [t.endedOn, on(guarantee.endedAt)],
  ];
  return (
    <section class="card" aria-labelledby="facts-heading">
      <h2 id="facts-heading">{t.factsHeading}</h2>
      <dl class="facts">
        {rows.map(
          ([name, value]) =>
            value !== null && (
              <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}

/** The words as they were agreed to, in the language of then. */
function Agreed({ input, shown }: Props): VNode | null {
  const t = textsOf[input.visit.locale].guarantees;
  if (shown.agreedText === undefined) return null;
  return (
    <details class="card agreement">
      <summary>{t.read}</summary>
      {shown.agreedText
        .trimEnd()
        .split('\n\n')
        .map((section) => (
          <section>
            {section.split('\n').map((line, index) => (index === 0 ? <h3>{line}</h3> : <p>{line}</p>))}
          </section>
        ))}
      <p class="fingerprint">
        {t.fingerprint}
        <code>{shown.guarantee.termsHash}</code>
      </p>
    </details>
  );
}

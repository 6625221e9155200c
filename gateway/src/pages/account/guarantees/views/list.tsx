import type { VNode } from 'preact';
import { guaranteeMonths } from '../../../../credit/guarantees/terms.ts';
import type { GuarantorStanding } from '../../../../repayments/guarantors/eligibility.ts';
import { TextField } from '../../../parts/form.tsx';
import type { Page } from '../../../send-page.tsx';
import { textsOf } from '../../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../../view.tsx';
import type { Seen } from '../facts.ts';
import { guaranteePath, guaranteesPath } from '../paths.ts';
import { Exposure } from './parts.tsx';

type Vouching = (GuarantorStanding & { currency: string }) | undefined;

/** What waits for an answer, what is given and received with its picture, and the form that vouches. */
export function listView(
  input: AccountInput,
  about: { waiting: Seen[]; given: Seen[]; received: Seen[]; vouching: Vouching },
): Page {
  const { visit } = input;
  const t = textsOf[visit.locale].guarantees;
  const all = [...about.given, ...about.received];
  const over = all.filter(isOver);
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.title} intro={t.intro}>
        {about.waiting.length > 0 && <Waiting input={input} waiting={about.waiting} />}
        {all
          .filter((seen) => !isOver(seen))
          .map((seen) => (
            <Standing input={input} seen={seen} />
          ))}
        {all.length === 0 && about.waiting.length === 0 && <p class="card">{t.none}</p>}
        <Vouch input={input} vouching={about.vouching} />
        {over.length > 0 && (
          <details class="card">
            <summary>{t.overHeading(String(over.length))}</summary>
            <ul class="plans">
              {over.map((seen) => (
                <Line input={input} seen={seen} />
              ))}
            </ul>
          </details>
        )}
        <p>
          <a href={visit.place.path}>{input.t.plan.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

/** Nothing can come of it any more; an offer that waits is not over. */
function isOver({ guarantee }: Seen): boolean {
  return guarantee.endedAt !== null && guarantee.pledged === 0n;
}

function Waiting({ input, waiting }: { input: AccountInput; waiting: Seen[] }): VNode {
  const { visit, money } = input;
  const t = textsOf[visit.locale].guarantees;
  return (
    <section class="card" aria-labelledby="waiting-heading">
      <h2 id="waiting-heading">{t.waitingHeading}</h2>
      {waiting.map(({ guarantee, phone }) => (
        <p>
          <a class="button" href={guaranteePath(visit.place.path, guarantee.id)}>
            {t.waiting(phone, money(guarantee.cap, guarantee.currency))}
          </a>
        </p>
      ))}
    </section>
  );
}

function Standing({ input, seen }: { input: AccountInput; seen: Seen }): VNode {
  const { visit } = input;
  const { guarantee, role, phone } = seen;
  const t = textsOf[visit.locale].guarantees;
  const heading = `${guarantee.id}-heading`;
  return (
    <section class="card" aria-labelledby={heading}>
      <p class="eyebrow">
        {t.who[role]} · {t.statuses[guarantee.status]}
      </p>
      <h2 id={heading}>
        <a href={guaranteePath(visit.place.path, guarantee.id)}>{phone}</a>
      </h2>
      <Exposure input={input} seen={seen} />
    </section>
  );
}

function Line({ input, seen }: { input: AccountInput; seen: Seen }): VNode {
  const { visit, money } = input;
  const { guarantee, role, phone } = seen;
  const t = textsOf[visit.locale].guarantees;
  return (
    <li>
      <a href={guaranteePath(visit.place.path, guarantee.id)}>
        {phone}, {money(guarantee.cap, guarantee.currency)}
      </a>
      <span class="hint">
        {t.who[role]} · {t.statuses[guarantee.status]}
      </span>
    </li>
  );
}

/** How much and for how long, or why not now. */
function Vouch({ input, vouching }: { input: AccountInput; vouching: Vouching }): VNode | null {
  const { visit, notice, money, req } = input;
  const t = textsOf[visit.locale].guarantees;
  if (!vouching) return null;
  const { obstacle, least, most, currency } = vouching;
  if (obstacle) {
    return (
      <section class="card" aria-labelledby="vouch-heading">
        <h2 id="vouch-heading">{t.obstacleHeading}</h2>
        <p>{t.obstacles[obstacle]}</p>
      </section>
    );
  }
  const typed = req.query.sum;
  return (
    <form method="get" action={`${guaranteesPath(visit.place.path)}/offer`}>
      <div class="card">
        <h2>{t.howHeading}</h2>
        <TextField
          name="sum"
          label={t.amount}
          hint={t.amountHint(money(least, currency), money(most, currency))}
          notice={notice}
          inputmode="decimal"
          autocomplete="off"
          maxlength={20}
          value={typeof typed === 'string' ? typed.slice(0, 20) : undefined}
        />
      </div>
      <fieldset class="card methods">
        <legend>{t.months}</legend>
        {guaranteeMonths.map((months) => (
          <label class="method">
            <input type="radio" name="months" value={String(months)} required />
            <span>{t.monthsOf(months)}</span>
          </label>
        ))}
      </fieldset>
      <button class="button" type="submit">
        {t.next}
      </button>
    </form>
  );
}

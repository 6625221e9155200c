import type { VNode } from 'preact';
import { dateIn } from '../../../lib/dates.ts';
import { formatDate } from '../../../notifications/format.ts';
import type { Return } from '../../../orders/returns.ts';
import { PostForm } from '../../parts/form.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountInput } from '../view.tsx';
import type { ReturnFacts } from './facts.ts';

type Props = { input: AccountInput; facts: ReturnFacts };

/**
 * On a plan's page: the return that is open, those that there were, and the way to declare one. Nothing where nothing
 * can be returned and never was.
 */
export function ReturnSection({
  input,
  facts,
}: {
  input: AccountInput;
  facts: ReturnFacts | undefined;
}): VNode | null {
  if (!facts || (!facts.mayDeclare && facts.returns.length === 0)) return null;
  const t = textsOf[input.visit.locale].returns;
  const open = facts.returns.find(({ status }) => status === 'declared');
  const past = facts.returns.filter(({ status }) => status !== 'declared');
  return (
    <section class="card" aria-labelledby="returns-heading">
      <h2 id="returns-heading">{open ? t.openHeading : facts.mayDeclare ? t.heading : t.pastHeading}</h2>
      {open && <OpenReturn input={input} facts={facts} open={open} />}
      {facts.mayDeclare && (
        <>
          <p>{t.intro(facts.shop)}</p>
          <p>
            <a class="button quiet" href={`${input.visit.place.path}/plans/${facts.planId}/return`}>
              {t.start}
            </a>
          </p>
        </>
      )}
      {past.length > 0 && <PastReturns input={input} facts={facts} past={past} />}
    </section>
  );
}

function OpenReturn({ input, facts, open }: Props & { open: Return }): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].returns;
  const until = formatDate(visit.locale, dateIn(facts.timeZone, open.respondBy));
  return (
    <>
      <p>{t.open(input.money(open.amount, facts.currency), facts.shop, until)}</p>
      <PostForm
        action={`${visit.place.path}/plans/${facts.planId}/returns/${open.id}/withdraw`}
        token={token}
      >
        <button class="button quiet" type="submit" aria-describedby="withdraw-hint">
          {t.withdraw}
        </button>
      </PostForm>
      <p class="hint" id="withdraw-hint">
        {t.withdrawHint}
      </p>
    </>
  );
}

function PastReturns({ input, facts, past }: Props & { past: Return[] }): VNode {
  const { locale } = input.visit;
  const t = textsOf[locale].returns;
  const refused = past.some(({ status }) => status === 'rejected' || status === 'released');
  return (
    <>
      <ul>
        {past.map((found) => (
          <li>
            {t.ended[found.status](
              input.money(found.amount, facts.currency),
              formatDate(locale, dateIn(facts.timeZone, found.endedAt ?? found.createdAt)),
            )}
            {found.rejection && <span class="hint"> {t.rejections[found.rejection]}</span>}
          </li>
        ))}
      </ul>
      {refused && <p class="hint">{t.dispute}</p>}
    </>
  );
}

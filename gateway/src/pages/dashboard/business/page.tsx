import type { VNode } from 'preact';
import { isOwnerThere } from '../../../onboarding/open-live.ts';
import { asLive } from '../../../onboarding/as-live.ts';
import {
  type Business,
  findBusinessOf,
  listSubmissions,
  type Submission,
} from '../../../onboarding/businesses.ts';
import { editableFrom } from '../../../onboarding/write.ts';
import type { Tx } from '../../../lib/tx.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { Refused } from '../developers/refused.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath, signInPath } from '../paths.ts';
import { DetailsForm } from './form.tsx';
import { factsOfDetails } from './facts.tsx';

/** Who the merchant says it is, how far the review of that has come, and the way into live. */
export async function showBusiness(tx: Tx, input: DashboardInput, form?: RefusedForm): Promise<Page> {
  const t = input.t.business;
  const live = asLive(tx);
  const business = await findBusinessOf(live, input.visit.merchant.id);
  const submissions = business ? await listSubmissions(live, business.id) : [];
  const isLive = input.visit.environment.kind === 'live';
  const from = business ? editableFrom(business) : tx.wallNow;
  const mayWrite = !isLive && from !== undefined && from <= tx.wallNow;
  const change = submissions.find(({ decision }) => decision === null && business?.status === 'approved');
  const mayChange = isLive && business !== undefined && !change;
  return {
    title: t.title,
    hasProblem: form !== undefined || hasProblem(input),
    body: (
      <DashboardFrame input={input} section="business" title={t.title} intro={t.intro}>
        {!mayWrite && !mayChange && <Refused error={form?.error} />}
        <State input={input} business={business} last={submissions[0]} askAgain={from} now={tx.wallNow} />
        {business?.liveMerchantId && (
          <Live input={input} isOpened={await isOwnerThere(live, business.liveMerchantId)} />
        )}
        {mayWrite && <DetailsForm input={input} business={business} form={form} />}
        {business && !mayWrite && (
          <section class="card" aria-labelledby="details-heading">
            <h2 id="details-heading">{t.details}</h2>
            <Facts facts={factsOfDetails(t, business.details)} />
          </section>
        )}
        {business && change && <Change input={input} business={business} change={change} />}
        {mayChange && <DetailsForm input={input} business={business} form={form} />}
        {submissions.length > 0 && <History input={input} submissions={submissions} />}
      </DashboardFrame>
    ),
  };
}

function State(props: {
  input: DashboardInput;
  business: Business | undefined;
  last: Submission | undefined;
  askAgain: Date | undefined;
  now: Date;
}): VNode {
  const { input, business, last, askAgain, now } = props;
  const t = input.t.business;
  return (
    <section class="card" aria-labelledby="state-heading">
      <h2 id="state-heading">
        {t.state}
        {business && <span class="state"> {t.statuses[business.status]}</span>}
      </h2>
      <p>{t.told[business?.status ?? 'none']}</p>
      {business?.status === 'approved' && business.details.owners === '' && <p>{t.ownersMissing}</p>}
      {last?.reason && business?.status !== 'submitted' && (
        <>
          <h3>{t.reason}</h3>
          <p class="text">{last.reason}</p>
        </>
      )}
      {askAgain && askAgain > now && <p class="hint">{t.askAgain(instantOf(input, askAgain))}</p>}
    </section>
  );
}

function instantOf({ visit }: DashboardInput, instant: Date): string {
  return formatInstant(visit.locale, instant, visit.environment.timeZone);
}

/** What of a live merchant's details is to be another, once an operator has approved it. */
function Change(props: { input: DashboardInput; business: Business; change: Submission }): VNode {
  const { input, business, change } = props;
  const t = input.t.business;
  const before = new Map(factsOfDetails(t, business.details));
  return (
    <section class="card" aria-labelledby="change-heading">
      <h2 id="change-heading">
        {t.change}
        <span class="state"> {t.statuses.submitted}</span>
      </h2>
      <p>{t.changeWaits(instantOf(input, change.submittedAt))}</p>
      <Facts
        facts={factsOfDetails(t, change.details).filter(([name, value]) => before.get(name) !== value)}
      />
    </section>
  );
}

/** The way into live: from the sandbox to a passkey there, and from there to the first key. */
function Live({ input, isOpened }: { input: DashboardInput; isOpened: boolean }): VNode {
  const t = input.t.business;
  const isLive = input.visit.environment.kind === 'live';
  return (
    <section class="card" aria-labelledby="live-heading">
      <h2 id="live-heading">{t.live}</h2>
      <p>{isLive ? t.liveKeys : isOpened ? t.liveOpened : t.liveText}</p>
      {isLive && (
        <a class="button" href={dashboardPath('keys')}>
          {t.toKeys}
        </a>
      )}
      {!isLive && isOpened && (
        <a class="button quiet" href={signInPath}>
          {t.toSignIn}
        </a>
      )}
      {!isLive && !isOpened && (
        <PostForm action={dashboardPath('business', 'live')} token={input.token}>
          <button class="button" type="submit">
            {t.openLive}
          </button>
        </PostForm>
      )}
    </section>
  );
}

function History({
  input,
  submissions,
}: {
  input: DashboardInput;
  submissions: readonly Submission[];
}): VNode {
  const t = input.t.business;
  return (
    <section class="card" aria-labelledby="history-heading">
      <h2 id="history-heading">{t.history}</h2>
      <DataTable
        caption={t.newest}
        columns={[{ label: t.submittedAt }, { label: t.decision }, { label: t.reason }]}
        rows={submissions.map(({ submittedAt, decision, reason }) => [
          instantOf(input, submittedAt),
          decision === null ? t.noDecision : t.decisions[decision],
          reason ?? '–',
        ])}
      />
    </section>
  );
}

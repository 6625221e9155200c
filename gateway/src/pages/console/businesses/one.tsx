import type { VNode } from 'preact';
import {
  type Business,
  findBusiness,
  listNamesakes,
  listSubmissions,
  type Submission,
} from '../../../onboarding/businesses.ts';
import { type BusinessField, personalNames, plainNames } from '../../../onboarding/details.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { wordsOfDetail } from '../../dashboard/business/facts.tsx';
import { Field } from '../../dashboard/developers/field.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import { consolePath } from '../paths.ts';

type Props = { input: ConsoleInput; business: Business; submissions: readonly Submission[] };

/** One business: what it says of itself, what of that is new, who else has its number, and the answer. That it was read is kept. */
export async function showBusinessReview(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.businesses;
  const { businessId } = input.req.params;
  if (!isId('biz', businessId)) throw new GatewayError('not_found', { detail: 'There is no such business.' });
  const business = await findBusiness(tx, businessId);
  const [submissions, namesakes] = [
    await listSubmissions(tx, business.id),
    await listNamesakes(tx, business),
  ];
  await audit(tx, input.visit, 'business_viewed', { objectId: business.id });
  const props = { input, business, submissions };
  const waits = submissions[0]?.decision === null;
  return {
    title: business.details.legal_name,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="businesses" title={business.details.legal_name}>
        <p>
          <span class="state">{t.statuses[business.status]}</span>{' '}
          {business.liveMerchantId && (
            <>
              {t.live} <code>{business.liveMerchantId}</code>
            </>
          )}
        </p>
        <Details {...props} />
        {namesakes.length > 0 && <Namesakes input={input} namesakes={namesakes} />}
        {waits && submissions[0] && (
          <Answer input={input} business={business} number={submissions[0].number} />
        )}
        <History {...props} />
      </ConsoleFrame>
    ),
  };
}

/** Whether a submission is a live merchant's, of other details than those that hold. */
function isChange(business: Business, { decision }: Submission): boolean {
  return business.status === 'approved' && decision === null;
}

/** The newest submission; a draft that nobody submitted is nobody's to read. */
function Details({ input, business, submissions }: Props): VNode | null {
  const t = input.t.businesses;
  const words = textsOf[input.visit.locale].dashboard.business;
  const [newest, last] = submissions;
  if (!newest) return null;
  // What a live merchant changes is changed from what holds, and not from what it asked for in vain.
  const before = isChange(business, newest) ? business : last;
  const fields: BusinessField[] = [...plainNames, ...personalNames];
  const value = (field: BusinessField): VNode | string => {
    const now = wordsOfDetail(words, newest.details, field);
    if (!before || before.details[field] === newest.details[field]) return now;
    return (
      <span>
        <strong>{now}</strong> <span class="state">{t.changedField}</span>{' '}
        <span class="hint">{t.before(wordsOfDetail(words, before.details, field))}</span>
      </span>
    );
  };
  return (
    <section class="card" aria-labelledby="details-heading">
      <h2 id="details-heading">{t.one(String(newest.number))}</h2>
      {before && <p class="hint">{t.changedHint}</p>}
      <Facts facts={fields.map((field) => [words.fields[field], value(field)])} />
    </section>
  );
}

function Namesakes({ input, namesakes }: { input: ConsoleInput; namesakes: readonly Business[] }): VNode {
  const t = input.t.businesses;
  const path = consolePath(input.visit.environment.id, 'businesses');
  return (
    <section class="card" aria-labelledby="namesakes-heading">
      <h2 id="namesakes-heading">{t.namesakes}</h2>
      <p class="hint">{t.namesakesHint}</p>
      <DataTable
        caption={t.sameNumber}
        columns={[{ label: t.name }, { label: t.status }]}
        rows={namesakes.map(({ id, details, status }) => [
          <a href={`${path}/${id}`}>{details.legal_name}</a>,
          t.statuses[status],
        ])}
      />
    </section>
  );
}

function Answer({ input, business, number }: Omit<Props, 'submissions'> & { number: number }): VNode {
  const t = input.t.businesses;
  const path = `${consolePath(input.visit.environment.id, 'businesses')}/${business.id}`;
  const isLive = business.status === 'approved';
  return (
    <>
      <section class="card" aria-labelledby="approve-heading">
        <h2 id="approve-heading">{t.approve}</h2>
        <p class="hint">{isLive ? t.approveChangeHint : t.approveHint}</p>
        <PostForm
          action={isLive ? `${path}/approve-change` : `${path}/approve`}
          token={input.token}
          class="step"
        >
          <input type="hidden" name="number" value={String(number)} />
          {!isLive && <LiveTerms input={input} />}
          <button class="button" type="submit">
            {t.approve}
          </button>
        </PostForm>
      </section>
      <section class="card" aria-labelledby="back-heading">
        <h2 id="back-heading">{t.sendBack}</h2>
        <PostForm action={`${path}/send-back`} token={input.token} class="step">
          <input type="hidden" name="number" value={String(number)} />
          <MessageText name="note" label={t.note} hint={t.noteHint} rows={4} maxlength={1000} />
          <button class="button quiet" type="submit" name="decision" value="more_needed">
            {t.more}
          </button>
          <button class="button quiet" type="submit" name="decision" value="refused">
            {t.refuse}
          </button>
        </PostForm>
      </section>
    </>
  );
}

/** By what a merchant that goes live is settled. */
function LiveTerms({ input }: { input: ConsoleInput }): VNode {
  const t = input.t.businesses;
  return (
    <>
      <Field id="processor" label={t.processor} hint={t.processorHint} maxlength={200} />
      <Field id="fee" kind="number" min={0} max={2000} label={t.fee} hint={t.feeHint} value="300" />
      <Field
        id="fee_fixed"
        kind="number"
        min={0}
        max={100_000}
        label={t.feeFixed}
        hint={t.feeFixedHint}
        value="100"
      />
    </>
  );
}

function History({ input, submissions }: Props): VNode {
  const { visit } = input;
  const t = input.t.businesses;
  return (
    <section class="card" aria-labelledby="history-heading">
      <h2 id="history-heading">{t.history}</h2>
      <DataTable
        caption={t.newest}
        columns={[
          { label: t.number },
          { label: t.submitted },
          { label: t.decision },
          { label: t.decidedBy },
          { label: t.reason },
        ]}
        rows={submissions.map(({ number, submittedAt, decision, decidedBy, reason }) => [
          String(number),
          formatInstant(visit.locale, submittedAt, visit.environment.timeZone),
          decision === null ? '–' : t.decisions[decision],
          decidedBy === null ? '–' : <code>{decidedBy}</code>,
          reason ?? '–',
        ])}
      />
    </section>
  );
}

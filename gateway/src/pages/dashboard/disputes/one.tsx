import type { VNode } from 'preact';
import {
  type Dispute,
  type DisputeWords,
  findDispute,
  mostWords,
  readWords,
} from '../../../disputes/disputes.ts';
import { type EvidenceFile, listEvidence } from '../../../disputes/evidence/files.ts';
import { evidenceTypes } from '../../../disputes/evidence/types.ts';
import { type DisputeAction, disputeActions } from '../../../disputes/state.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { listShipments, type Shipped } from '../../../orders/captures.ts';
import { findOrder } from '../../../orders/orders.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import { Shipments } from '../../parts/shipments.tsx';
import { MessageText } from '../../parts/message-text.tsx';
import type { Page } from '../../send-page.tsx';
import { DisputeFiles, DisputeSides } from '../../staff/dispute-parts.tsx';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import { type DashboardInput, may } from '../input.ts';
import { dashboardPath } from '../paths.ts';

type Shown = {
  dispute: Dispute;
  words: DisputeWords;
  files: readonly EvidenceFile[];
  shipments: readonly Shipped[];
  actions: readonly DisputeAction[];
  /** The merchant's own number of the order. */
  reference: string;
};

type Props = { input: DashboardInput; shown: Shown };

/** One dispute: until when it is to be answered, what both sides wrote and gave, and the forms that answer it. */
export async function showDispute(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const merchantId = visit.merchant.id;
  const dispute = await findDispute(tx, { disputeId: String(req.params.disputeId), merchantId });
  const { merchantReference: reference } = await findOrder(tx, { orderId: dispute.orderId, merchantId });
  const shown: Shown = {
    dispute,
    words: await readWords(tx, dispute.id),
    files: await listEvidence(tx, dispute.id),
    shipments: await listShipments(tx, dispute.orderId),
    actions: disputeActions(dispute, 'merchant', tx.now),
    reference,
  };
  const t = input.t.disputes;
  const title = t.one(formatMoney(visit.locale, dispute));
  return {
    title,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="disputes" title={title}>
        <p class="asides">
          <a href={dashboardPath('disputes')}>{t.back}</a>
        </p>
        <Deadline input={input} shown={shown} />
        <Sides input={input} shown={shown} />
        <DisputeFiles files={shown.files} at={dashboardPath('disputes', dispute.id, 'files')} t={t} />
        <Shipments shipments={shown.shipments} locale={visit.locale} timeZone={visit.merchant.timeZone} />
        {shown.actions.includes('answer') && <Answer input={input} shown={shown} />}
        {shown.actions.includes('add_evidence') && <AddFile input={input} shown={shown} />}
        {shown.actions.includes('accept') && <Accept input={input} shown={shown} />}
      </DashboardFrame>
    ),
  };
}

/** While the merchant is to answer, the date stands before everything else. */
function Deadline({ input, shown }: Props): VNode | null {
  const { dispute, actions } = shown;
  if (dispute.status !== 'open') return null;
  const t = input.t.disputes;
  const due = formatInstant(input.visit.locale, dispute.responseDueAt, input.visit.merchant.timeZone);
  return <p class="notice">{actions.includes('answer') ? t.deadline(due) : t.late(due)}</p>;
}

function Sides({ input, shown }: Props): VNode {
  const { locale, merchant } = input.visit;
  const t = input.t.disputes;
  const { dispute, words, reference } = shown;
  const { amount, refunded, currency, endedBy, createdAt, status, reason, orderId } = dispute;
  const money = (of: bigint) => formatMoney(locale, { amount: of, currency });
  return (
    <section class="card" aria-labelledby="words-heading">
      <DisputeSides words={words} t={t} />
      <h3>{t.facts}</h3>
      <Facts
        facts={[
          [t.status, t.statuses[status]],
          [t.reason, t.reasons[reason]],
          [t.apart, money(amount)],
          [t.opened, formatInstant(locale, createdAt, merchant.timeZone)],
          [
            t.order,
            may(input, 'orders') ? <a href={dashboardPath('orders', orderId)}>{reference}</a> : reference,
          ],
          ...(endedBy === null
            ? []
            : ([
                [t.endedBy, t.ends[endedBy]],
                [t.refunded, money(refunded)],
              ] as const)),
        ]}
      />
    </section>
  );
}

function Answer({ input, shown }: Props): VNode {
  const t = input.t.disputes;
  return (
    <section class="card" aria-labelledby="answer-heading">
      <h2 id="answer-heading">{t.answerHeading}</h2>
      <PostForm
        action={dashboardPath('disputes', shown.dispute.id, 'answer')}
        token={input.token}
        class="step"
        files
      >
        <MessageText name="answer" label={t.answerLabel} hint={t.answerHint} rows={6} maxlength={mostWords} />
        <FileField input={input} id="answer-file" label={t.withFile} />
        <p class="hint" id="send-note">
          {t.sendNote}
        </p>
        <button class="button" type="submit" aria-describedby="send-note">
          {t.send}
        </button>
      </PostForm>
    </section>
  );
}

function AddFile({ input, shown }: Props): VNode {
  const t = input.t.disputes;
  return (
    <details class="card">
      <summary>{t.addHeading}</summary>
      <PostForm
        action={dashboardPath('disputes', shown.dispute.id, 'files')}
        token={input.token}
        class="step"
        files
      >
        <FileField input={input} id="file" label={t.fileLabel} required />
        <button class="button quiet" type="submit">
          {t.add}
        </button>
      </PostForm>
    </details>
  );
}

function FileField(props: { input: DashboardInput; id: string; label: string; required?: boolean }): VNode {
  const { input, id, label, required = false } = props;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p class="hint" id={`${id}-hint`}>
        {input.t.disputes.fileHint}
      </p>
      <input
        type="file"
        id={id}
        name="file"
        accept={evidenceTypes.join(',')}
        required={required}
        aria-describedby={`${id}-hint`}
      />
    </div>
  );
}

/** It ends the dispute at once, so it is not one click away. */
function Accept({ input, shown }: Props): VNode {
  const t = input.t.disputes;
  const { dispute } = shown;
  return (
    <details class="card">
      <summary>{t.acceptHeading}</summary>
      <PostForm action={dashboardPath('disputes', dispute.id, 'accept')} token={input.token} class="step">
        <p id="accept-hint">{t.acceptHint}</p>
        <button class="button quiet" type="submit" aria-describedby="accept-hint">
          {t.accept(formatMoney(input.visit.locale, dispute))}
        </button>
      </PostForm>
    </details>
  );
}

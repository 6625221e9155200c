import type { VNode } from 'preact';
import { disputeOutcomes } from '../../../disputes/decide.ts';
import {
  type Dispute,
  type DisputeWords,
  findDispute,
  mostWords,
  readWords,
} from '../../../disputes/disputes.ts';
import { listEvidence } from '../../../disputes/evidence/files.ts';
import { type DisputeHistory, historyDays, readDisputeHistory } from '../../../disputes/history.ts';
import { disputeActions, disputeStatuses } from '../../../disputes/state.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { listShipments } from '../../../orders/captures.ts';
import { formatInstant } from '../../format.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { DisputeFiles, DisputeSides } from '../../staff/dispute-parts.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput, may } from '../input.ts';
import { MessageText } from '../../parts/message-text.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Shipments } from '../../parts/shipments.tsx';
import { consolePath } from '../paths.ts';

type Props = { input: ConsoleInput; dispute: Dispute };

/** One dispute with what both sides wrote and gave. That somebody read it is kept. */
export async function showDispute(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.disputes;
  const dispute = await findDispute(tx, { disputeId: String(req.params.disputeId) });
  await audit(tx, visit, 'dispute_viewed', {
    objectId: dispute.id,
    details: { shopper: dispute.shopperId },
  });
  const words = await readWords(tx, dispute.id);
  const files = await listEvidence(tx, dispute.id);
  const shipments = await listShipments(tx, dispute.orderId);
  const history = await readDisputeHistory(tx, dispute);
  const at = `${consolePath(visit.environment.id, 'disputes')}/${dispute.id}`;
  const decidable = disputeActions(dispute, 'operator', tx.now).includes('decide');
  return {
    title: t.one,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="disputes" title={t.one}>
        <Sides input={input} dispute={dispute} words={words} />
        <DisputeFiles files={files} at={`${at}/files`} t={t} />
        <Shipments shipments={shipments} locale={visit.locale} timeZone={visit.environment.timeZone} />
        <History history={history} t={t} />
        {decidable && <Decide input={input} dispute={dispute} />}
      </ConsoleFrame>
    ),
  };
}

function Sides({ input, dispute, words }: Props & { words: DisputeWords }): VNode {
  const { visit } = input;
  const t = input.t.disputes;
  const money = (amount: bigint): string => formatMoney(visit.locale, { amount, currency: dispute.currency });
  const { timeZone } = visit.environment;
  return (
    <section class="card" aria-labelledby="words-heading">
      <DisputeSides words={words} t={t} />
      <Facts
        facts={[
          [t.status, t.statuses[dispute.status]],
          [t.reason, t.reasons[dispute.reason]],
          [t.amount, money(dispute.amount)],
          [t.due, formatInstant(visit.locale, dispute.responseDueAt, timeZone)],
          [t.order, <code>{dispute.orderId}</code>],
          [t.merchant, <code>{dispute.merchantId}</code>],
          [t.shopper, <code>{dispute.shopperId}</code>],
          ...(dispute.endedBy === null
            ? []
            : ([
                [t.endedBy, t.ends[dispute.endedBy]],
                [t.refunded, money(dispute.refunded)],
              ] as const)),
          ...(dispute.decidedBy === null ? [] : ([[t.by, <code>{dispute.decidedBy}</code>]] as const)),
        ]}
      />
    </section>
  );
}

/** What became of the others, in figures: who disputes in vain again and again, and which shop is wrong again and again. */
function History({
  history,
  t,
}: {
  history: { shopper: DisputeHistory; merchant: DisputeHistory };
  t: ConsoleInput['t']['disputes'];
}): VNode {
  const sides = ['shopper', 'merchant'] as const;
  return (
    <section class="card">
      <DataTable
        caption={t.history(historyDays)}
        columns={[t.historyOf, ...disputeStatuses.map((status) => t.statuses[status])].map(
          (label, index) => ({
            label,
            number: index > 0,
          }),
        )}
        rows={sides.map((side) => [t[side], ...disputeStatuses.map((status) => history[side][status])])}
      />
    </section>
  );
}

function Decide({ input, dispute }: Props): VNode {
  const { visit, token } = input;
  const t = input.t.disputes;
  if (!may(input, 'decide_disputes')) return <p class="hint">{t.readOnly}</p>;
  const all = formatMoney(visit.locale, { amount: dispute.amount, currency: dispute.currency });
  return (
    <section class="step" aria-labelledby="decide-heading">
      <h2 id="decide-heading">{t.decide}</h2>
      <p class="hint">{t.decideHint}</p>
      <PostForm
        action={`${consolePath(visit.environment.id, 'disputes')}/${dispute.id}`}
        token={token}
        class="step"
      >
        <fieldset class="card methods">
          <legend>{t.outcome}</legend>
          {disputeOutcomes.map((outcome) => (
            <label class="method">
              <input type="radio" name="outcome" value={outcome} required />
              <span>{t.outcomes[outcome]}</span>
            </label>
          ))}
        </fieldset>
        <div class="field">
          <label for="part">{t.part}</label>
          <p class="hint" id="part-hint">
            {t.partHint(all)}
          </p>
          <input
            type="text"
            id="part"
            name="part"
            inputmode="decimal"
            autocomplete="off"
            maxlength={24}
            aria-describedby="part-hint"
          />
        </div>
        <MessageText name="note" label={t.noteLabel} hint={t.noteHint} rows={5} maxlength={mostWords} />
        <button class="button" type="submit">
          {t.send}
        </button>
      </PostForm>
    </section>
  );
}

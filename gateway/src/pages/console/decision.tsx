import type { VNode } from 'preact';
import { listAsksOf } from '../../credit/desks/asks.ts';
import type { FundingRecord } from '../../credit/record-funding.ts';
import type { Tx } from '../../lib/tx.ts';
import { formatMoney, formatPercent } from '../../notifications/format.ts';
import { type Assessment, findAssessment } from '../../pay-score/assessments.ts';
import { shadowScoresOf, type ShadowScoreOf } from '../../pay-score/review/shadow-scores-of.ts';
import { formatInstant } from '../format.ts';
import type { Page } from '../send-page.tsx';
import { ConsoleFrame } from './frame.tsx';
import { FundingChoice } from './funding/choice.tsx';
import { audit, type ConsoleInput } from './input.ts';
import { DataTable } from '../parts/data-table.tsx';
import { Facts } from '../parts/facts.tsx';
import { consolePath } from './paths.ts';
import { withQuery } from '../query.ts';

/** One stored decision with all that it was made of. That somebody looked is kept. */
export async function showDecision(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.decision;
  const assessment = await findAssessment(tx, { assessmentId: String(req.params.assessmentId) });
  const { id: objectId, shopperId } = assessment;
  await audit(tx, visit, 'decision_viewed', { objectId, details: { shopper: shopperId } });
  const shadows = await shadowScoresOf(tx, assessment.id);
  const { checkoutSessionId } = assessment;
  const asks = checkoutSessionId === null ? [] : await listAsksOf(tx, checkoutSessionId);
  const props = { input, assessment };
  return {
    title: t.title,
    wide: true,
    body: (
      <ConsoleFrame input={input} section="decisions" title={t.title}>
        <p>
          <code>{assessment.id}</code>
        </p>
        <Outcome {...props} />
        <FundingChoice
          input={input}
          record={assessment.guards.funding as FundingRecord | undefined}
          asks={asks}
        />
        <Points {...props} />
        <MadeOf {...props} />
        <Shadows {...props} shadows={shadows} />
      </ConsoleFrame>
    ),
  };
}

type Props = { input: ConsoleInput; assessment: Assessment };

function Outcome({ input, assessment }: Props): VNode {
  const { visit } = input;
  const t = input.t.decision;
  const { shopperId, currency, declineCode, annualRatePpm, offers } = assessment;
  const money = (amount: bigint) => formatMoney(visit.locale, { amount, currency });
  const subject =
    assessment.checkoutSessionId ?? assessment.agreementId ?? assessment.drawId ?? assessment.appealId;
  const list = withQuery(consolePath(visit.environment.id, 'decisions'), { find: shopperId });
  return (
    <section class="card" aria-labelledby="facts-heading">
      <h2 id="facts-heading">{t.facts}</h2>
      <Facts
        facts={[
          [t.outcome, declineCode === null ? input.t.decisions.approved : <code>{declineCode}</code>],
          [t.time, formatInstant(visit.locale, assessment.createdAt, visit.environment.timeZone)],
          [
            t.shopper,
            <a href={list}>
              <code>{shopperId}</code>
            </a>,
          ],
          [t.subject, <code>{subject}</code>],
          [t.amount, money(assessment.amount)],
          [t.limit, money(assessment.limit)],
          [t.available, money(assessment.available)],
          [t.rate, annualRatePpm === null ? t.none : formatPercent(visit.locale, annualRatePpm / 10_000)],
          [t.offers, offers.length === 0 ? t.none : offers.join(', ')],
        ]}
      />
    </section>
  );
}

function Points({ input, assessment }: Props): VNode {
  const t = input.t.decision;
  const { reasons, score } = assessment;
  return (
    <section class="card" aria-labelledby="points-heading">
      <h2 id="points-heading">{t.score}</h2>
      <DataTable
        caption={`${t.sum} ${score}`}
        columns={[{ label: t.reason }, { label: t.value, number: true }, { label: t.points, number: true }]}
        rows={reasons.map(({ code, value, points }) => [
          <code>{code}</code>,
          measured(value),
          points < 0 ? `−${-points}` : String(points),
        ])}
      />
    </section>
  );
}

/** Four significant digits say enough; all of them are among the inputs. */
function measured(value: number | 'none' | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
}

function MadeOf({ input, assessment }: Props): VNode {
  const t = input.t.decision;
  const { model, modelHash, policyVersion, pd, inputs, guards } = assessment;
  const hasGuards = Object.keys(guards).length > 0;
  return (
    <section class="card" aria-labelledby="made-heading">
      <h2 id="made-heading">{t.made}</h2>
      <Facts
        facts={[
          [t.model, <code>{model}</code>],
          [t.modelHash, modelHash === null ? t.none : <code>{modelHash}</code>],
          [t.policy, <code>{policyVersion}</code>],
          [t.pd, pd === null ? t.none : formatPercent(input.visit.locale, Number((pd * 100).toFixed(2)))],
        ]}
      />
      <h3>{t.inputs}</h3>
      <pre class="data">{JSON.stringify(inputs, null, 2)}</pre>
      <h3>{t.guards}</h3>
      {hasGuards ? <pre class="data">{JSON.stringify(guards, null, 2)}</pre> : <p>{t.noGuards}</p>}
    </section>
  );
}

function Shadows({ input, assessment, shadows }: Props & { shadows: ShadowScoreOf[] }): VNode | null {
  const { visit } = input;
  const t = input.t.decision;
  if (assessment.inputs.history === null) return <p class="hint">{t.thin}</p>;
  if (shadows.length === 0) return null;
  return (
    <section class="card" aria-labelledby="shadows-heading">
      <h2 id="shadows-heading">{t.shadows}</h2>
      <p class="hint">{t.shadowsHint}</p>
      <DataTable
        caption={t.shadows}
        columns={[{ label: t.challenger }, { label: t.sum, number: true }, { label: t.pd, number: true }]}
        rows={shadows.map(({ name, hash, score, pd, refusal }) => [
          <a href={`${consolePath(visit.environment.id, 'models')}/${hash}`}>{name}</a>,
          refusal ?? String(score),
          pd === null ? t.none : formatPercent(visit.locale, Number((pd * 100).toFixed(2))),
        ])}
      />
    </section>
  );
}

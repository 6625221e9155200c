import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import type { TermsPolicy } from '../../../pay-score/policy.ts';
import { listPolicyChanges, type PolicyChange } from '../../../pay-score/policy-changes/changes.ts';
import { policyFields } from '../../../pay-score/policy-changes/faults.ts';
import { policyOf } from '../../../pay-score/policy-in-force.ts';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { type ConsoleInput, may } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { ListCard } from '../parts/list-card.tsx';
import { consolePath } from '../paths.ts';
import { Effect, readEffect, type ShownEffect } from './effect.tsx';
import { writePolicy } from './fields.ts';
import { Changed, ProposeForm } from './form.tsx';

const changesShown = 25;

/** The policy in force, the proposal that waits, and everything that was proposed before. */
export async function showPolicy(tx: Tx, input: ConsoleInput): Promise<Page> {
  const t = input.t.policy;
  const policy = await policyOf(tx);
  const changes = await listPolicyChanges(tx, { limit: changesShown });
  const open = changes.find(({ status }) => status === 'proposed');
  const effect = open && (await readEffect(tx, policy, open.policy));
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="policy" title={t.title} intro={t.intro}>
        {open && <Open input={input} change={open} policy={policy} effect={effect} />}
        <InForce input={input} policy={policy} changes={changes} />
        {may(input, 'change_policy') && (
          <details class="card">
            <summary>{t.propose}</summary>
            {open ? <p>{t.waits}</p> : <ProposeForm input={input} written={writePolicy(policy)} />}
          </details>
        )}
        <History input={input} changes={changes} />
      </ConsoleFrame>
    ),
  };
}

type Props = { input: ConsoleInput; policy: TermsPolicy };

function InForce({ input, policy, changes }: Props & { changes: readonly PolicyChange[] }): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.policy;
  const written = writePolicy(policy);
  const change = changes.find(({ version }) => version === policy.version);
  const by =
    change?.decidedBy && change.decidedAt
      ? t.approvedBy(change.decidedBy, formatInstant(locale, change.decidedAt, environment.timeZone))
      : t.own;
  return (
    <section class="card" aria-labelledby="force-heading">
      <h2 id="force-heading">{t.inForce}</h2>
      <p>
        {t.version} <code>{policy.version}</code>. {by}
      </p>
      <DataTable
        caption={t.inForce}
        columns={[{ label: t.figure }, { label: t.value }]}
        rows={policyFields.map((name) => [t.fields[name].label, written[name].replaceAll(',', ', ')])}
      />
      <p class="hint">{t.targets}</p>
    </section>
  );
}

function Open(props: Props & { change: PolicyChange; effect: ShownEffect | undefined }): VNode {
  const { input, policy, change, effect } = props;
  const { locale, environment } = input.visit;
  const t = input.t.policy;
  const instant = (at: Date) => formatInstant(locale, at, environment.timeZone);
  return (
    <section class="card" aria-labelledby="open-heading">
      <h2 id="open-heading">{t.open}</h2>
      <p>
        {t.version} <code>{change.version}</code>.{' '}
        {t.proposedBy(change.proposedBy, instant(change.proposedAt), instant(change.expiresAt))}
      </p>
      <p>{change.note}</p>
      <Changed input={input} from={policy} to={change.policy} />
      <Effect input={input} effect={effect} />
      {may(input, 'change_policy') && <Steps input={input} change={change} />}
    </section>
  );
}

/** Whoever proposed it can only take it back. */
function Steps({ input, change }: { input: ConsoleInput; change: PolicyChange }): VNode {
  const t = input.t.policy;
  const isOwn = change.proposedBy === input.visit.operator.id;
  const path = `${consolePath(input.visit.environment.id, 'policy')}/${change.id}`;
  return (
    <>
      {isOwn && <p class="hint">{t.ownProposal}</p>}
      {!isOwn && (
        <PostForm action={`${path}/approve`} token={input.token}>
          <button class="button" type="submit">
            {t.approve}
          </button>
        </PostForm>
      )}
      <PostForm action={`${path}/refuse`} token={input.token}>
        <button class="button quiet" type="submit">
          {isOwn ? t.withdraw : t.refuse}
        </button>
      </PostForm>
    </>
  );
}

function History({ input, changes }: { input: ConsoleInput; changes: readonly PolicyChange[] }): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.policy;
  return (
    <ListCard
      id="history"
      title={t.history}
      empty={t.noHistory}
      columns={[
        { label: t.proposed },
        { label: t.version },
        { label: t.by },
        { label: t.status },
        { label: t.decided },
        { label: t.why },
      ]}
      rows={changes.map((change) => [
        formatInstant(locale, change.proposedAt, environment.timeZone),
        <code>{change.version}</code>,
        <code>{change.proposedBy}</code>,
        t.statuses[change.status],
        change.decidedBy === null ? '–' : <code>{change.decidedBy}</code>,
        change.note,
      ])}
    />
  );
}

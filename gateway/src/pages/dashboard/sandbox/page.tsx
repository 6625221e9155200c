import type { VNode } from 'preact';
import { furthestDays } from '../../../jobs/advance-clock.ts';
import { type BusinessEvent, nextBusinessEvent } from '../../../jobs/close-business-day.ts';
import { builtInScenarios } from '../../../jobs/scenarios/built-in.ts';
import { listRuns, type ScenarioRun } from '../../../jobs/scenarios/runs.ts';
import { newId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { findSandbox, type Sandbox } from '../../../merchants/environments.ts';
import { type InboxMessage, listInbox } from '../../../notifications/inbox.ts';
import { inboxPath } from '../../../notifications/inbox-path.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { Field } from '../developers/field.tsx';
import { Refused } from '../developers/refused.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const shownRuns = 10;
const shownMessages = 10;

/** The sandbox's clock, the scenarios that can be played in it, and what was sent to its shoppers. */
export async function showSandbox(tx: Tx, input: DashboardInput, form?: RefusedForm): Promise<Page> {
  const t = input.t.sandbox;
  // By the same transaction, so that the clock and what comes next belong together.
  const sandbox = await findSandbox({ db: tx.sql, clock: { now: () => tx.wallNow } }, tx.environment.id);
  return {
    title: t.title,
    wide: true,
    hasProblem: form !== undefined || hasProblem(input),
    status: form?.error.status ?? 200,
    body: (
      <DashboardFrame input={input} section="sandbox" title={t.title} intro={sandbox ? t.intro : t.live}>
        <Refused error={form?.error} />
        {sandbox && (
          <>
            <Clock input={input} sandbox={sandbox} next={await nextBusinessEvent(tx)} form={form} />
            <Scenarios input={input} runs={await runsOf(tx, input)} />
            <Inbox input={input} path={inboxPath(tx.vault, sandbox.id)} messages={await messagesOf(tx)} />
          </>
        )}
      </DashboardFrame>
    ),
  };
}

function runsOf(tx: Tx, { visit }: DashboardInput): Promise<ScenarioRun[]> {
  return listRuns(tx, { merchantId: visit.member.merchantId, limit: shownRuns });
}

async function messagesOf(tx: Tx): Promise<InboxMessage[]> {
  return (await listInbox(tx, { limit: shownMessages })).messages;
}

function Clock(props: {
  input: DashboardInput;
  sandbox: Sandbox;
  next: BusinessEvent | undefined;
  form: RefusedForm | undefined;
}): VNode {
  const { input, sandbox, next, form } = props;
  const t = input.t.sandbox;
  const when = (at: Date) => formatInstant(input.visit.locale, at, sandbox.timeZone);
  const coming = next && `${when(next.at)}: ${next.kinds.map((kind) => t.kinds[kind]).join(', ')}`;
  return (
    <section class="card" aria-labelledby="clock-heading">
      <h2 id="clock-heading">{t.clock}</h2>
      <Facts
        facts={[
          [t.now, when(sandbox.clockAt)],
          [t.next, coming ?? t.nothing],
          [t.zone, sandbox.timeZone],
          [t.ends, when(sandbox.expiresAt)],
        ]}
      />
      {sandbox.target ? (
        <p role="status">{t.moving(when(sandbox.target))}</p>
      ) : (
        <>
          {next && (
            <SandboxForm input={input} step="next">
              <button class="button" type="submit">
                {t.toNext}
              </button>
            </SandboxForm>
          )}
          <SandboxForm input={input} step="days">
            <Field
              id="days"
              kind="number"
              min={1}
              max={furthestDays}
              label={t.days}
              hint={t.daysHint(new Intl.NumberFormat(input.visit.locale).format(furthestDays))}
              value={form?.values('days')[0] ?? '1'}
            />
            <button class="button quiet" type="submit">
              {t.advance}
            </button>
          </SandboxForm>
        </>
      )}
    </section>
  );
}

/** A form that moves the clock. It names its request, so that it does so once, however often it is sent. */
function SandboxForm(props: { input: DashboardInput; step: string; children: VNode | VNode[] }): VNode {
  return (
    <PostForm action={dashboardPath('sandbox')} token={props.input.token} class="step">
      <input type="hidden" name="step" value={props.step} />
      <input type="hidden" name="request" value={newId('req')} />
      {props.children}
    </PostForm>
  );
}

function Scenarios({ input, runs }: { input: DashboardInput; runs: readonly ScenarioRun[] }): VNode {
  const t = input.t.sandbox;
  return (
    <section class="card" aria-labelledby="scenarios-heading">
      <h2 id="scenarios-heading">{t.scenarios}</h2>
      <p class="hint">{t.scenariosHint}</p>
      {builtInScenarios.map(({ name, description }) => (
        <details>
          <summary>{name}</summary>
          <p lang="en">{description}</p>
          <SandboxForm input={input} step="scenario">
            <input type="hidden" name="scenario" value={name} />
            <button class="button quiet" type="submit" aria-label={t.runTitle(name)}>
              {t.run}
            </button>
          </SandboxForm>
        </details>
      ))}
      {runs.length === 0 && <p>{t.noRuns}</p>}
      {runs.length > 0 && (
        <DataTable
          caption={t.runs}
          columns={[{ label: t.scenario }, { label: t.status }, { label: t.started }]}
          rows={runs.map(({ id, document, status, createdAt }) => [
            <a href={dashboardPath('sandbox', 'runs', id)}>{document.name}</a>,
            t.statuses[status],
            formatInstant(input.visit.locale, createdAt, input.visit.environment.timeZone),
          ])}
        />
      )}
    </section>
  );
}

function Inbox(props: { input: DashboardInput; path: string; messages: readonly InboxMessage[] }): VNode {
  const { input, path, messages } = props;
  const t = input.t.sandbox;
  return (
    <section class="card" aria-labelledby="inbox-heading">
      <h2 id="inbox-heading">{t.inbox}</h2>
      {messages.length === 0 && <p>{t.noMessages}</p>}
      {messages.length > 0 && (
        <DataTable
          caption={t.inboxHint}
          columns={[{ label: t.recipient }, { label: t.message }, { label: t.when }]}
          rows={messages.map((message) => [
            `${message.recipient} (${t.channels[message.channel]})`,
            <span class="text">
              {message.subject} {message.body}
            </span>,
            formatInstant(input.visit.locale, message.occurredAt, input.visit.environment.timeZone),
          ])}
        />
      )}
      <p>
        <a href={path}>{t.allMessages}</a>
      </p>
    </section>
  );
}

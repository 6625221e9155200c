import { type AuditEntry, listAudit } from '../../operators/audit.ts';
import { listOperators } from '../../operators/list-operators.ts';
import { dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { formatInstant, formatMediumDate } from '../format.ts';
import type { Page } from '../send-page.tsx';
import { ConsoleFrame } from './frame.tsx';
import type { ConsoleInput } from './input.ts';
import { DataTable } from './parts/data-table.tsx';
import { SearchForm } from './parts/search-form.tsx';
import { consolePath, queryOf, withQuery } from './paths.ts';

const entriesShown = 50;

/** Everybody who works in the console or did. */
export async function showOperators(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit } = input;
  const t = input.t.operators;
  const operators = await listOperators(tx);
  const rows = operators.map(({ name, roles, passkeys, disabledAt }) => [
    name,
    roles.map((role) => input.t.roles[role]).join(', '),
    String(passkeys),
    disabledAt
      ? t.disabled(formatMediumDate(visit.locale, dateIn(visit.environment.timeZone, disabledAt)))
      : passkeys === 0
        ? t.invited
        : t.active,
  ]);
  return {
    title: t.title,
    wide: true,
    body: (
      <ConsoleFrame input={input} section="operators" title={t.title} intro={t.intro}>
        <section class="card">
          <DataTable
            caption={t.title}
            columns={[
              { label: t.name },
              { label: t.roles },
              { label: t.passkeys, number: true },
              { label: t.state },
            ]}
            rows={rows}
          />
        </section>
      </ConsoleFrame>
    ),
  };
}

/** What operators did in this environment and in the installation. */
export async function showAudit(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.audit;
  const path = consolePath(visit.environment.id, 'audit');
  const about = queryOf(req, 'about');
  const before = /^\d{1,18}$/.exec(queryOf(req, 'before'))?.[0];
  const entries = await listAudit(tx, {
    limit: entriesShown,
    ...(about !== '' && { about }),
    ...(before !== undefined && { before: BigInt(before) }),
  });
  const last = entries.at(-1);
  return {
    title: t.title,
    wide: true,
    body: (
      <ConsoleFrame input={input} section="audit" title={t.title} intro={t.intro}>
        <SearchForm
          action={path}
          name="about"
          label={t.find}
          hint={t.findHint}
          button={t.search}
          value={about}
        />
        <section class="card">
          {entries.length === 0 && <p>{t.empty}</p>}
          {entries.length > 0 && (
            <DataTable
              caption={t.title}
              columns={[{ label: t.time }, { label: t.who }, { label: t.what }, { label: t.object }]}
              rows={entries.map((entry) => rowOf(input, entry))}
            />
          )}
          {last && entries.length === entriesShown && (
            <p>
              <a href={withQuery(path, { about, before: String(last.id) })}>{t.older}</a>
            </p>
          )}
        </section>
      </ConsoleFrame>
    ),
  };
}

function rowOf({ visit, t }: ConsoleInput, entry: AuditEntry) {
  const { actor, operatorName, action, objectId, at } = entry;
  return [
    formatInstant(visit.locale, at, visit.environment.timeZone),
    actor === 'operator' ? operatorName : t.audit.commandLine(operatorName),
    t.audit.actions[action],
    objectId === null ? '' : <code>{objectId}</code>,
  ];
}

import { type AuditEntry, listAudit } from '../../operators/audit.ts';
import { listOperators } from '../../operators/list-operators.ts';
import { dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { formatMediumDate } from '../format.ts';
import type { Page } from '../send-page.tsx';
import { type Audited, AuditTable } from '../staff/audit-table.tsx';
import { ConsoleFrame } from './frame.tsx';
import type { ConsoleInput } from './input.ts';
import { DataTable } from '../parts/data-table.tsx';
import { SearchForm } from '../parts/search-form.tsx';
import { consolePath } from './paths.ts';
import { queryOf, withQuery } from '../query.ts';

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
  const last = entries.length === entriesShown ? entries.at(-1) : undefined;
  const older = last && withQuery(path, { about, before: String(last.id) });
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
        <AuditTable
          t={t}
          entries={entries.map((entry) => auditedOf(input, entry))}
          locale={visit.locale}
          timeZone={visit.environment.timeZone}
          older={older}
        />
      </ConsoleFrame>
    ),
  };
}

function auditedOf({ t }: ConsoleInput, { actor, operatorName, action, objectId, at }: AuditEntry): Audited {
  const who = actor === 'operator' ? operatorName : t.audit.commandLine(operatorName);
  return { who, what: t.audit.actions[action], objectId, at };
}

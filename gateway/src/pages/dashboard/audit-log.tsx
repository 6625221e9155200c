import type { Tx } from '../../lib/tx.ts';
import { listMemberAudit, type MemberAuditEntry } from '../../members/audit.ts';
import { queryOf, withQuery } from '../query.ts';
import type { Page } from '../send-page.tsx';
import { type Audited, AuditTable } from '../staff/audit-table.tsx';
import { DashboardFrame } from './frame.tsx';
import type { DashboardInput } from './input.ts';
import { dashboardPath } from './paths.ts';

const entriesShown = 50;

/** What the merchant's people did. */
export async function showAudit(tx: Tx, input: DashboardInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.audit;
  const before = /^\d{1,18}$/.exec(queryOf(req, 'before'))?.[0];
  const entries = await listMemberAudit(tx, {
    merchantId: visit.merchant.id,
    limit: entriesShown,
    ...(before !== undefined && { before: BigInt(before) }),
  });
  const last = entries.length === entriesShown ? entries.at(-1) : undefined;
  const older = last && withQuery(dashboardPath('audit'), { before: String(last.id) });
  return {
    title: t.title,
    wide: true,
    body: (
      <DashboardFrame input={input} section="audit" title={t.title} intro={t.intro}>
        <AuditTable
          t={t}
          entries={entries.map((entry) => auditedOf(input, entry))}
          locale={visit.locale}
          timeZone={visit.environment.timeZone}
          older={older}
        />
      </DashboardFrame>
    ),
  };
}

function auditedOf(
  { t }: DashboardInput,
  { actor, memberName, action, objectId, at }: MemberAuditEntry,
): Audited {
  const who = actor === 'member' ? memberName : t.audit.commandLine(memberName);
  return { who, what: t.audit.actions[action], objectId, at };
}

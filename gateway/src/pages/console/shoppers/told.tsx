import type { VNode } from 'preact';
import type { DossierCase } from '../../../dossiers/shopper.ts';
import { formatDate, formatMoney } from '../../../notifications/format.ts';
import { formatInstant } from '../../format.ts';
import { may } from '../input.ts';
import { consolePath } from '../paths.ts';
import { ListCard } from '../parts/list-card.tsx';
import type { DossierProps } from './owes.tsx';
import type { CaseKind } from './texts.ts';

/** Disputes with shops and appeals against decisions, the newest first, each leading to its own page. */
export function Cases({ input, dossier }: DossierProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.shoppers;
  const kinds = [
    ...dossier.disputes.map((found) => ({ ...found, kind: 'dispute' as const })),
    ...dossier.appeals.map((found) => ({ ...found, kind: 'appeal' as const })),
  ].toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const pathOf = (kind: CaseKind, { id }: DossierCase) =>
    `${consolePath(environment.id, kind === 'dispute' ? 'disputes' : 'appeals')}/${id}`;
  const mayOpen = { dispute: may(input, 'disputes'), appeal: may(input, 'appeals') };
  const stateOf = (kind: CaseKind, status: string): string => {
    const states: Readonly<Record<string, string>> =
      kind === 'dispute' ? input.t.disputes.statuses : input.t.appeals.statuses;
    return states[status] ?? status;
  };
  return (
    <ListCard
      id="cases"
      title={t.cases}
      empty={t.noCases}
      columns={[{ label: t.time }, { label: t.kind }, { label: t.state }, { label: t.about }]}
      rows={kinds.map((found) => {
        const instant = formatInstant(locale, found.createdAt, environment.timeZone);
        return [
          mayOpen[found.kind] ? <a href={pathOf(found.kind, found)}>{instant}</a> : instant,
          t.caseKinds[found.kind],
          stateOf(found.kind, found.status),
          <code>{found.aboutId}</code>,
        ];
      })}
    />
  );
}

/** What the shopper agreed to, and took back. */
export function Consents({ input, dossier }: DossierProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.shoppers;
  const instant = (at: Date | null) => (at === null ? '–' : formatInstant(locale, at, environment.timeZone));
  return (
    <ListCard
      id="consents"
      title={t.consents}
      empty={t.noConsents}
      columns={[{ label: t.purpose }, { label: t.version }, { label: t.given }, { label: t.withdrawn }]}
      rows={dossier.consents.map(({ purpose, version, givenAt, withdrawnAt }) => [
        <code>{purpose}</code>,
        <code>{version}</code>,
        instant(givenAt),
        instant(withdrawnAt),
      ])}
    />
  );
}

/** Whom the shopper vouches for and who vouches for them, each leading to the other side. */
export function Guarantees({ input, dossier }: DossierProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.shoppers;
  const path = consolePath(environment.id, 'shoppers');
  const other = (id: string | null) =>
    id === null ? (
      '–'
    ) : (
      <a href={`${path}/${id}`}>
        <code>{id}</code>
      </a>
    );
  const sides = [
    ...dossier.guarantees.given.map((found) => ({ ...found, role: t.gives, other: found.debtorId })),
    ...dossier.guarantees.received.map((found) => ({ ...found, role: t.receives, other: found.guarantorId })),
  ];
  return (
    <ListCard
      id="guarantees"
      title={t.guarantees}
      empty={t.noGuarantees}
      columns={[
        { label: t.given },
        { label: t.role },
        { label: t.about },
        { label: t.state },
        { label: t.cap, number: true },
      ]}
      rows={sides.map((found) => [
        formatDate(locale, found.offeredOn),
        found.role,
        other(found.other),
        <code>{found.status}</code>,
        formatMoney(locale, { amount: found.cap, currency: found.currency }),
      ])}
    />
  );
}

/** What left for the shopper: of which kind and how, never what it says. */
export function Messages({ input, dossier }: DossierProps): VNode {
  const { locale, environment } = input.visit;
  const t = input.t.shoppers;
  return (
    <ListCard
      id="messages"
      title={t.messages}
      hint={t.messagesHint}
      empty={t.noMessages}
      columns={[{ label: t.time }, { label: t.template }, { label: t.channel }, { label: t.state }]}
      rows={dossier.messages.map(({ at, template, channel, status }) => [
        formatInstant(locale, at, environment.timeZone),
        <code>{template}</code>,
        <code>{channel}</code>,
        <code>{status}</code>,
      ])}
    />
  );
}

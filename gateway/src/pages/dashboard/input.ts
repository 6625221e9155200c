import type { Request } from 'express';
import type { Tx } from '../../lib/tx.ts';
import type { Vault } from '../../lib/vault.ts';
import { type MemberAction, type MemberBy, recordMemberAudit } from '../../members/audit.ts';
import { hasRight, type Right } from '../../members/rights.ts';
import { formToken } from '../forms.ts';
import { queryOf } from '../query.ts';
import { textsOf, type Texts } from '../texts/language.ts';
import { type DashboardVisit, formPlace } from './visit.ts';

/** What is said about the last step: that it went well (`said`), or that it did not (`trouble`). */
export type SaidCode = keyof Texts['dashboard']['said'] | keyof Texts['dashboard']['trouble'];

/** What every page of the dashboard is made from. */
export type DashboardInput = {
  visit: DashboardVisit;
  req: Request;
  t: Texts['dashboard'];
  /** The token of this page's forms. */
  token: string;
  notice: { good: boolean; text: string } | undefined;
  /** How many cases wait for the merchant's answer; absent where a form is answered, and for who may not read them. */
  waitingCases?: number;
};

export function inputOf(vault: Vault, visit: DashboardVisit, req: Request): DashboardInput {
  const { locale, browser } = visit;
  const t = textsOf[locale].dashboard;
  const token = formToken(vault, { browser, placeId: formPlace(visit) });
  return { visit, req, t, token, notice: noticeOf(t, queryOf(req, 'said')) };
}

function noticeOf(t: Texts['dashboard'], code: string): DashboardInput['notice'] {
  for (const [good, texts] of [
    [true, t.said],
    [false, t.trouble],
  ] as const) {
    if (Object.hasOwn(texts, code)) return { good, text: (texts as Record<string, string>)[code] ?? '' };
  }
  return undefined;
}

export function may({ visit }: Pick<DashboardInput, 'visit'>, right: Right | null): boolean {
  return right === null || hasRight(visit.member.role, right);
}

/** Who acts in this visit, for the audit log. */
export function byOf({ member, address }: Pick<DashboardVisit, 'member' | 'address'>): MemberBy {
  return { member, address };
}

/** Keeps that this visit's member did something, in the transaction of it. */
export function audit(
  tx: Tx,
  visit: Pick<DashboardVisit, 'member' | 'address'>,
  action: MemberAction,
  of: { objectId?: string; details?: Readonly<Record<string, unknown>> } = {},
): Promise<void> {
  return recordMemberAudit(tx, { by: byOf(visit), action, ...of });
}

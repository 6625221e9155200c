import type { Request } from 'express';
import type { AuditedAction } from '../../operators/audit.ts';
import { recordAudit } from '../../operators/audit.ts';
import { hasRight, type Right } from '../../operators/rights.ts';
import type { Tx } from '../../lib/tx.ts';
import type { Vault } from '../../lib/vault.ts';
import { formToken } from '../forms.ts';
import { textsOf, type Texts } from '../texts/language.ts';
import { queryOf } from '../query.ts';
import type { SaidCode } from './texts/en.ts';
import { type ConsoleVisit, formPlace } from './visit.ts';

/** What every page of the console is made from. */
export type ConsoleInput = {
  visit: ConsoleVisit;
  req: Request;
  t: Texts['console'];
  /** The token of this page's forms. */
  token: string;
  said: SaidCode | undefined;
  /** How many cases wait for operators; absent where a form is answered, and for who may not read them. */
  waitingCases?: number;
};

export function inputOf(vault: Vault, visit: ConsoleVisit, req: Request): ConsoleInput {
  const { locale, browser } = visit;
  const t = textsOf[locale].console;
  const said = queryOf(req, 'said');
  return {
    visit,
    req,
    t,
    token: formToken(vault, { browser, placeId: formPlace(visit) }),
    said: Object.hasOwn(t.said, said) ? (said as SaidCode) : undefined,
  };
}

export function may({ visit }: Pick<ConsoleInput, 'visit'>, right: Right | null): boolean {
  return right === null || hasRight(visit.operator.roles, right);
}

/** Keeps that this visit's operator did or saw something, in the transaction of it. */
export function audit(
  tx: Tx,
  { operator, address }: Pick<ConsoleVisit, 'operator' | 'address'>,
  action: AuditedAction,
  of: {
    objectId?: string | undefined;
    details?: Readonly<Record<string, unknown>>;
    inEnvironment?: boolean;
  } = {},
): Promise<void> {
  return recordAudit(tx, { by: { operatorId: operator.id, address }, action, ...of });
}

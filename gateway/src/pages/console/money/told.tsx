import type { VNode } from 'preact';
import type { ConsoleInput } from '../input.ts';
import { Figures, type FigureTable } from '../parts/figures.tsx';
import { consolePath } from '../paths.ts';
import type { Told } from './tables.ts';

/** Tables that are asked for by nothing but their name, as it stands in the address of their file. */
export const moneyFiles = [
  'trial-balance',
  'open-alarms',
  'alarms',
  'funders',
  'merchants-that-owe',
  'reserves',
  'payouts',
] as const;

export type MoneyFile = (typeof moneyFiles)[number];

export function toldOf({ t, visit }: ConsoleInput): Told {
  const { id, timeZone } = visit.environment;
  return { t: t.money, path: consolePath(id, 'money'), timeZone };
}

/** A table with a link to the file of the same name. */
export function MoneyFigures(props: { input: ConsoleInput; table: FigureTable; file: MoneyFile }): VNode {
  const { input, table, file } = props;
  const t = input.t.money;
  const href = `${toldOf(input).path}/export/${file}`;
  return (
    <Figures locale={input.visit.locale} table={table} empty={t.empty} file={{ href, label: t.download }} />
  );
}

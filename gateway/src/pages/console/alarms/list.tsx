import type { VNode } from 'preact';
import { type StoredRuleSet, listRuleSets } from '../../../fraud/rule-sets.ts';
import { type Alarm, listAlarms } from '../../../fraud/watch/alarms.ts';
import { listOpenLinks } from '../../../shoppers/links/links.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { CodeRules } from '../../../shoppers/codes/rules.ts';
import { formatInstant, formatMediumDate } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { LinksCard } from '../parts/links-card.tsx';
import { consolePath } from '../paths.ts';
import { Codes, readCodes } from './codes.tsx';

const alarmsShown = 50;

/** What has changed all at once, what shoppers bought from themselves, one-time codes that nobody typed in, and the rules that there are. */
export async function showAlarms(tx: Tx, input: ConsoleInput, codeRules: CodeRules): Promise<Page> {
  const t = input.t.alarms;
  const alarms = await listAlarms(tx, { limit: alarmsShown });
  const codes = await readCodes(tx, codeRules);
  const links = await listOpenLinks(tx, alarmsShown);
  const ruleSets = await listRuleSets(tx);
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="alarms" title={t.title} intro={t.intro}>
        <section class="card" aria-labelledby="alarms-heading">
          <h2 id="alarms-heading">{t.alarms}</h2>
          {alarms.length === 0 && <p>{t.empty}</p>}
          {alarms.length > 0 && <Alarms input={input} alarms={alarms} />}
        </section>
        <LinksCard
          input={input}
          links={links}
          title={input.t.links.openTitle}
          empty={input.t.links.noneOpen}
          sides={['merchant', 'shopper']}
          steps
        />
        <Codes input={input} codes={codes} />
        <RuleSets input={input} ruleSets={ruleSets} />
      </ConsoleFrame>
    ),
  };
}

function Alarms({ input, alarms }: { input: ConsoleInput; alarms: Alarm[] }): VNode {
  const { visit } = input;
  const t = input.t.alarms;
  const figure = (value: number) => String(Number(value.toFixed(1)));
  return (
    <DataTable
      caption={t.alarms}
      columns={[
        { label: t.date },
        { label: t.what },
        { label: t.where },
        { label: t.count, number: true },
        { label: t.expected, number: true },
        { label: t.threshold, number: true },
        { label: t.state },
      ]}
      rows={alarms.map((alarm) => [
        formatMediumDate(visit.locale, alarm.businessDate),
        <code>{alarm.what}</code>,
        alarm.merchantId === null ? t.everywhere : <code>{alarm.merchantId}</code>,
        String(alarm.count),
        figure(alarm.expected),
        `${t.directions[alarm.direction]} ${figure(alarm.threshold)}`,
        <State input={input} alarm={alarm} />,
      ])}
    />
  );
}

function State({ input, alarm }: { input: ConsoleInput; alarm: Alarm }): VNode {
  const t = input.t.alarms;
  if (alarm.acknowledgedAt !== null) return <span class="state">{t.acknowledged}</span>;
  const name = `${alarm.what} ${alarm.businessDate}`;
  return (
    <PostForm
      action={`${consolePath(input.visit.environment.id, 'alarms')}/${alarm.id}/acknowledge`}
      token={input.token}
    >
      <button class="link" type="submit" aria-label={`${t.acknowledge} ${name}`}>
        {t.acknowledge}
      </button>
    </PostForm>
  );
}

function RuleSets({ input, ruleSets }: { input: ConsoleInput; ruleSets: StoredRuleSet[] }): VNode {
  const { visit } = input;
  const t = input.t.alarms;
  const path = `${consolePath(visit.environment.id, 'alarms')}/rules`;
  return (
    <section class="card" aria-labelledby="rules-heading">
      <h2 id="rules-heading">{t.rules}</h2>
      <p class="hint">{t.rulesHint}</p>
      <DataTable
        caption={t.rules}
        columns={[{ label: t.version }, { label: t.hash }, { label: t.state }, { label: t.created }]}
        rows={ruleSets.map(({ version, hash, status, createdAt }) => [
          <a href={`${path}/${version}`}>{t.ruleSet(String(version))}</a>,
          <code>{hash.slice(0, 12)}</code>,
          t.statuses[status],
          createdAt ? formatInstant(visit.locale, createdAt, visit.environment.timeZone) : t.inCode,
        ])}
      />
    </section>
  );
}

import type { VNode } from 'preact';
import { type DryRun, dryRun } from '../../../fraud/dry-run.ts';
import { findRuleSet } from '../../../fraud/rule-sets.ts';
import { GatewayError } from '../../../lib/errors.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput } from '../input.ts';
import { readDate } from '../../parts/read-date.ts';
import { SearchForm } from '../../parts/search-form.tsx';
import { consolePath } from '../paths.ts';
import { queryOf } from '../../query.ts';
import { DryRunResult } from './dry-run-result.tsx';

/** One version of the rules; tried on past decisions where a date is asked for, which is kept. */
export async function showRules(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.alarms;
  const version = String(req.params.version);
  if (!/^\d{1,6}$/.test(version)) throw new GatewayError('not_found');
  const rules = await findRuleSet(tx, Number(version));
  const asked = queryOf(req, 'since');
  const since = readDate(asked, tx.environment.timeZone);
  let result: DryRun | undefined;
  if (since) {
    await audit(tx, visit, 'rules_tried', { objectId: version, details: { since: asked } });
    result = await dryRun(tx, { rules: rules.set, since });
  }
  const title = t.ruleSet(version);
  return {
    title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="alarms" title={title}>
        <Trying input={input} version={version} asked={asked} isWrong={asked !== '' && !since} />
        {result && <DryRunResult input={input} result={result} />}
        <section class="card" aria-labelledby="text-heading">
          <h2 id="text-heading">{t.text}</h2>
          <p>
            {t.hash} <code>{rules.hash}</code>
          </p>
          <pre class="data">{JSON.stringify(rules.set, null, 2)}</pre>
        </section>
      </ConsoleFrame>
    ),
  };
}

function Trying(props: { input: ConsoleInput; version: string; asked: string; isWrong: boolean }): VNode {
  const { input, version, asked, isWrong } = props;
  const t = input.t.alarms;
  return (
    <>
      <h2>{t.tryTitle}</h2>
      <p class="hint">{t.tryHint}</p>
      {isWrong && (
        <p class="notice" role="alert">
          {input.t.whatIf.malformed(t.since)}
        </p>
      )}
      <SearchForm
        action={`${consolePath(input.visit.environment.id, 'alarms')}/rules/${version}`}
        name="since"
        label={t.since}
        hint={t.sinceHint}
        button={t.run}
        value={asked}
      />
    </>
  );
}

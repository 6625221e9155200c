import type { VNode } from 'preact';
import { type Challenger, listChallengers } from '../../pay-score/challenger/challengers.ts';
import { countShadowScores } from '../../pay-score/challenger/count-shadow-scores.ts';
import { listModels } from '../../pay-score/review/list-models.ts';
import { dateIn } from '../../lib/dates.ts';
import type { Tx } from '../../lib/tx.ts';
import { formatMediumDate } from '../format.ts';
import { PostForm } from '../parts/form.tsx';
import type { Page } from '../send-page.tsx';
import { ConsoleFrame, hasProblem } from './frame.tsx';
import type { ConsoleInput } from './input.ts';
import { DataTable } from '../parts/data-table.tsx';
import { consolePath } from './paths.ts';

/** Which models decided in this environment, and which score beside them. */
export async function showModels(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit } = input;
  const t = input.t.models;
  const path = consolePath(visit.environment.id, 'models');
  const models = await listModels(tx);
  const challengers = await listChallengers(tx);
  const scored = await countShadowScores(tx);
  const date = (at: Date) => formatMediumDate(visit.locale, dateIn(visit.environment.timeZone, at));
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="models" title={t.title} intro={t.intro}>
        <section class="card" aria-labelledby="champion-heading">
          <h2 id="champion-heading">{t.champion}</h2>
          {!models.some(({ isFull }) => isFull) && <p>{t.noChampion}</p>}
          {models.length > 0 && (
            <DataTable
              caption={t.champion}
              columns={[{ label: t.name }, { label: t.championHash }, { label: t.decisions, number: true }]}
              rows={models.map(({ model, modelHash, decisions }) => [
                <code>{model}</code>,
                <code>{modelHash?.slice(0, 12) ?? '–'}</code>,
                String(decisions),
              ])}
            />
          )}
        </section>
        <section class="card" aria-labelledby="challengers-heading">
          <h2 id="challengers-heading">{t.challengers}</h2>
          {challengers.length === 0 && <p>{t.none}</p>}
          {challengers.length > 0 && (
            <DataTable
              caption={t.challengers}
              columns={[
                { label: t.name },
                { label: t.championHash },
                { label: t.scored, number: true },
                { label: t.since },
                { label: t.state },
              ]}
              rows={challengers.map(({ name, hash, addedAt, retiredAt }) => [
                <a href={`${path}/${hash}`}>{name}</a>,
                <code>{hash.slice(0, 12)}</code>,
                String(scored.get(hash) ?? 0),
                date(addedAt),
                retiredAt ? t.retired(date(retiredAt)) : t.scoring,
              ])}
            />
          )}
        </section>
        {challengers
          .filter(({ retiredAt }) => retiredAt === null)
          .map((challenger) => (
            <Retire input={input} challenger={challenger} />
          ))}
      </ConsoleFrame>
    ),
  };
}

function Retire({ input, challenger }: { input: ConsoleInput; challenger: Challenger }): VNode {
  const { visit, token } = input;
  const t = input.t.models;
  const { name, hash } = challenger;
  return (
    <details class="card">
      <summary>{t.retire(name)}</summary>
      <p class="hint">{t.retireHint}</p>
      <PostForm action={`${consolePath(visit.environment.id, 'models')}/${hash}/retire`} token={token}>
        <button class="button quiet" type="submit">
          {t.retire(name)}
        </button>
      </PostForm>
    </details>
  );
}

import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { aboutField, PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { Prove } from '../views/prove.tsx';
import { dataPath } from './actions.ts';
import type { DataFacts } from './show.ts';

type Props = { input: AccountInput; facts: DataFacts };

/** One's own data: to take it, and to have it erased or read why that is not possible yet. */
export function dataView(input: AccountInput, facts: DataFacts): Page {
  const { visit } = input;
  const t = textsOf[visit.locale].data;
  return {
    title: t.title,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.title} intro={t.intro}>
        {!visit.shopper.isLevelThree && (
          <Prove input={input} action={`${dataPath(visit.place.path)}/identity`} texts={t} facts={facts} />
        )}
        <Take input={input} facts={facts} />
        <Erase input={input} facts={facts} />
        <p class="asides">
          <a href={`${visit.place.path}/you`}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Take({ input, facts }: Props): VNode {
  const { visit, token } = input;
  const t = textsOf[visit.locale].data;
  return (
    <section class="card" aria-labelledby="take-heading">
      <h2 id="take-heading">{t.takeHeading}</h2>
      <p>{t.take}</p>
      {facts.takenOn && <p class="meta">{t.takenOn(formatDate(visit.locale, facts.takenOn))}</p>}
      {visit.shopper.isLevelThree && (
        <PostForm action={`${dataPath(visit.place.path)}/file`} token={token}>
          <button class="button quiet" type="submit">
            {t.takeButton}
          </button>
        </PostForm>
      )}
    </section>
  );
}

function Erase({ input, facts }: Props): VNode {
  const { visit, token, notice } = input;
  const t = textsOf[visit.locale].data;
  return (
    <section class="card" aria-labelledby="erase-heading">
      <h2 id="erase-heading">{t.eraseHeading}</h2>
      <p>{t.erase}</p>
      <p class="hint" id="understood-hint">
        {t.eraseAgain}
      </p>
      {facts.obstacles.length > 0 && (
        <>
          <p>{t.standing}</p>
          <ul>
            {facts.obstacles.map((obstacle) => (
              <li>{t.obstacles[obstacle]}</li>
            ))}
          </ul>
        </>
      )}
      {facts.obstacles.length === 0 && visit.shopper.isLevelThree && (
        <PostForm action={`${dataPath(visit.place.path)}/erase`} token={token} class="choice">
          <label class="tick">
            <input
              type="checkbox"
              id="understood"
              name="understood"
              value="yes"
              required
              {...aboutField('understood', notice)}
            />
            {t.eraseTick}
          </label>
          <button class="button quiet" type="submit">
            {t.eraseButton}
          </button>
        </PostForm>
      )}
    </section>
  );
}

/** The way to one's own data, from the page about oneself. */
export function DataEntry({ input }: { input: AccountInput }): VNode {
  const t = textsOf[input.visit.locale].data;
  return (
    <section class="card" aria-labelledby="data-heading">
      <h2 id="data-heading">{t.entryHeading}</h2>
      <p>{t.entry}</p>
      <p>
        <a href={dataPath(input.visit.place.path)}>{t.entryGo}</a>
      </p>
    </section>
  );
}

import type { VNode } from 'preact';
import { listEnvironments } from '../../merchants/list-environments.ts';
import type { Tx } from '../../lib/tx.ts';
import { countText } from '../parts/tabs.tsx';
import type { Page } from '../send-page.tsx';
import { ConsoleFrame, hasProblem } from './frame.tsx';
import { type ConsoleInput, may } from './input.ts';
import { readWaiting, type Waiting } from './waiting.ts';
import { consolePath, type Section, sections } from './paths.ts';

const sandboxesShown = 20;

/** Where an operator begins: what waits for their roles, what these open, and which environment the pages show. */
export async function showHome(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { t, visit } = input;
  const { operator, environment } = visit;
  const environments = await listEnvironments(tx, { sandboxes: sandboxesShown });
  const waiting = await readWaiting(tx, input);
  const opened = (Object.keys(sections) as Section[]).filter(
    (name) => name !== 'home' && name !== 'you' && may(input, sections[name].right),
  );
  return {
    title: t.home.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="home" title={t.home.title} intro={t.home.intro(operator.name)}>
        <WaitingHere input={input} waiting={waiting} />
        <section class="card" aria-labelledby="roles-heading">
          <h2 id="roles-heading">{t.home.rolesAre}</h2>
          <p>{operator.roles.map((role) => t.roles[role]).join(', ')}</p>
          {opened.length === 0 && <p class="hint">{t.home.none}</p>}
          <ul class="plans">
            {opened.map((name) => (
              <li>
                <a href={consolePath(environment.id, name)}>{t.nav[name]}</a>
              </li>
            ))}
          </ul>
        </section>
        <Environments input={input} environments={environments} />
      </ConsoleFrame>
    ),
  };
}

function WaitingHere({ input, waiting }: { input: ConsoleInput; waiting: readonly Waiting[] }): VNode {
  const { t, visit } = input;
  const { environment } = visit;
  return (
    <section class="card" aria-labelledby="waiting-heading">
      <h2 id="waiting-heading">{t.home.waiting}</h2>
      {waiting.length === 0 && <p>{t.home.nothing}</p>}
      <ul class="plans">
        {waiting.map(({ section, count }) => (
          <li>
            <a href={consolePath(environment.id, section)}>{t.home.waits[section] ?? t.nav[section]}</a>
            <strong>{countText(count)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Every environment that there is to look at, the newest sandboxes only; any other by its id. */
function Environments({
  input,
  environments,
}: {
  input: ConsoleInput;
  environments: Awaited<ReturnType<typeof listEnvironments>>;
}): VNode {
  const { t, visit } = input;
  const { environment } = visit;
  return (
    <section class="card" aria-labelledby="environments-heading">
      <h2 id="environments-heading">{t.home.environments}</h2>
      <p class="hint">{t.home.environmentsHint}</p>
      <ul class="plans">
        {environments.map(({ id, kind, name }) => (
          <li>
            <a href={consolePath(id)} aria-current={id === environment.id ? 'true' : undefined}>
              {kind === 'live' ? t.live : t.sandboxNamed(name ?? id)}
            </a>
            <span class="hint">
              {kind === 'sandbox' && <code>{id}</code>} {id === environment.id && t.home.current}
            </span>
          </li>
        ))}
      </ul>
      <form method="get" action="/console" class="step">
        <div class="field">
          <label for="environment">{t.home.open}</label>
          <p class="hint" id="environment-hint">
            {t.home.openHint}
          </p>
          <input
            type="text"
            id="environment"
            name="environment"
            aria-describedby="environment-hint"
            autocomplete="off"
            spellcheck={false}
            maxlength={40}
            required
          />
        </div>
        <button class="button quiet" type="submit">
          {t.home.go}
        </button>
      </form>
    </section>
  );
}

import type { VNode } from 'preact';
import { contactOf, setTimeZone } from '../../../shoppers/profile.ts';
import { isTimeZone } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import type { Result } from '../../answer-form.ts';
import { field } from '../../forms.ts';
import { say } from '../../memory.ts';
import { inVisit } from '../../page-visit.ts';
import { PostForm } from '../../parts/form.tsx';
import { textsOf } from '../../texts/language.ts';
import type { AccountAction } from '../action.ts';
import type { AccountInput } from '../view.tsx';

/** Where the shopper said that they are; undefined for where the shop's environment is. */
export async function readTimeZone(tx: Tx, shopperId: string): Promise<string | undefined> {
  return (await contactOf(tx, shopperId)).timeZone;
}

/** In which zone it is night for the shopper, so that reminders do not come then. */
export function TimeZoneSection(props: { input: AccountInput; timeZone: string | undefined }): VNode {
  const { input, timeZone } = props;
  const { locale, place, environment } = input.visit;
  const t = textsOf[locale].late;
  return (
    <section class="card" aria-labelledby="zone-heading">
      <h2 id="zone-heading">{t.zoneHeading}</h2>
      <PostForm action={`${place.path}/time-zone`} token={input.token} class="choice">
        <div class="field">
          <label for="time-zone">{t.zone}</label>
          <p class="hint" id="time-zone-hint">
            {t.zoneHint}
          </p>
          <select id="time-zone" name="time_zone" aria-describedby="time-zone-hint">
            <option value="">{t.zoneDefault(environment.timeZone)}</option>
            {Intl.supportedValuesOf('timeZone').map((name) => (
              <option value={name} selected={name === timeZone}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button class="button quiet" type="submit">
          {t.zoneButton}
        </button>
      </PostForm>
    </section>
  );
}

/** Keeps where the shopper is; nothing chosen is where the environment is. */
export async function chooseTimeZone({ context, visit, req }: AccountAction): Promise<Result> {
  const value = field(req, 'time_zone');
  const timeZone = isTimeZone(value) ? value : null;
  await inVisit(context, visit, (tx) => setTimeZone(tx, { shopperId: visit.shopper.id, timeZone }));
  return { to: `${visit.place.path}/you`, memory: say(visit, 'zone_kept') };
}
